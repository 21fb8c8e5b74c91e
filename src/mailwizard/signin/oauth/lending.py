"""Let a provider's library work: in a thread, over our network, silent, and left behind when nobody waits any more."""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from mailwizard.blocking import abandonable
from mailwizard.model import Failure
from mailwizard.net import Net
from mailwizard.signin.oauth.refusing import failed, scrubbed

Result = TypeVar("Result")

_LIBRARIES = frozenset(
    {"msal", "google", "google_auth_oauthlib", "oauthlib", "requests_oauthlib", "requests", "jwt", "cachetools"}
)


def library(name: str) -> Any:
    """Import a library, and silence it for good: its loggers would write down tokens, its warnings go to the screen."""
    module = importlib.import_module(name)
    warnings.filterwarnings("ignore", module=rf"(?:{'|'.join(sorted(_LIBRARIES))})\b")
    for known in _LIBRARIES:
        logging.getLogger(known).setLevel(logging.CRITICAL + 1)
    for known in list(logging.root.manager.loggerDict):
        if known.partition(".")[0] in _LIBRARIES:
            logging.getLogger(known).disabled = True
    return module


async def with_library(
    net: Net, hosts: Collection[str], work: Callable[[Any], Result], *, hidden: Collection[str] = ()
) -> Result:
    """Return what ``work`` makes of a session that asks the named hosts only; it may import and block as it likes.

    A cancelled caller goes on at once. What a library raises may hold a token: it becomes a failure of ours, in which
    nothing of ``hidden`` stands.

    Raises:
        Failure: ``oauth.…`` where the provider refuses, ``http.NNN`` or ``oauth.garbled`` where its answer is none,
            and as :class:`mailwizard.net.real.calls.Caller`.
    """
    sessions = await abandonable(lambda: library("mailwizard.net.real.sessions"))
    session = sessions.lend(net, hosts)
    heard = _Heard(hidden)
    session.hooks["response"].append(heard)
    try:
        return await abandonable(lambda: heard.translated(lambda: work(session)))
    finally:
        await session.get_adapter("https://").abandon()


_SECRET = frozenset(
    {"assertion", "client_assertion", "client_secret", "code", "code_verifier", "device_code", "refresh_token", "token"}
)
"""Fields of a form that hold something secret (RFC 6749, 7009, 7521, 7636, 8628)."""


class _Heard:
    """What the provider said last, and what that makes of a library's exception."""

    def __init__(self, hidden: Collection[str]) -> None:
        self._hidden = {*hidden}
        self._last: Failure | None = None

    def __call__(self, response: Any, *_: Any, **__: Any) -> None:
        """Note what an answer says, without what it was asked with; requests calls this on each."""
        self._hidden |= _secret_in(response.request.body)
        self._last = failed(response.status_code, response.headers, response.content, self._hidden)

    def translated(self, work: Callable[[], Result]) -> Result:
        """Return what the work returns; what a library raises becomes a failure that holds nothing of it."""
        made: list[Result] = []
        translation = _Translation()
        with translation:
            made.append(work())
        if isinstance(translation.error, Failure):
            # What a library hands on of an answer was not heard by us, and its own secrets are not known to the flow.
            said, translation.error = translation.error, None
            raise scrubbed(said, self._hidden)
        if translation.error is not None:
            found, translation.error = self._meant(translation.error), None
            raise found
        return made[0]

    def _meant(self, error: BaseException) -> Failure:
        for each in _chain(error):
            if isinstance(inner := getattr(each, "failure", None), Failure):
                return Failure(inner.code, inner.detail, enhanced=inner.enhanced, facts=inner.facts)
        if self._last is not None:
            return self._last
        return Failure("oauth.garbled", f"the answer of the sign-in service cannot be read ({type(error).__name__})")


class _Translation:
    """Keeps what a library raised from going any further."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None or not (isinstance(error, Failure) or _in_library(trace)):
            return False
        self.error = error
        return True


def _secret_in(body: Any) -> set[str]:
    """Return what is secret in a form that a library has sent, also what it keeps or signs itself."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return {value for name, value in parse_qsl(text) if name in _SECRET} if isinstance(text, str) else set()


def _in_library(trace: TracebackType | None) -> bool:
    """Return whether something was raised inside of a library, and not by our own mistake."""
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0] in _LIBRARIES:
            return True
        trace = trace.tb_next
    return False


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those behind it, the first one that was raised last."""
    seen: list[BaseException] = []
    todo = [error]
    while todo and len(seen) < 20:
        each = todo.pop()
        if each in seen:
            continue
        seen.append(each)
        yield each
        todo += [other for other in (each.__context__, each.__cause__) if other is not None]
        with suppress(AttributeError):
            todo += [other for other in each.args if isinstance(other, BaseException)]
