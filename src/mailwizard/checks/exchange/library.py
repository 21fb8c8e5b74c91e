"""exchangelib, held to one address: no discovery of its own, no retries, no cache, no secrets and no log."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeVar

from mailwizard.checks.exchange.session import Heard
from mailwizard.model import Failure
from mailwizard.net.clean import clean

Result = TypeVar("Result")

_LIBRARIES = ("exchangelib", "requests", "urllib3", "oauthlib", "requests_oauthlib", "requests_ntlm", "spnego", "lxml")
_CODE = re.compile(rb"<(?:[\w-]{1,20}:)?ResponseCode[^>]{0,200}>\s*([A-Za-z]{3,80})\s*<")
_TEXT = re.compile(rb"<(?:[\w-]{1,20}:)?(?:MessageText|Message|faultstring)(?:\s[^>]{0,200})?>([^<]{1,500})<")
_VERSION = re.compile(rb"<(?:[\w-]{1,20}:)?ServerVersionInfo\s([^>]{1,400})>")
_NUMBER = re.compile(rb'\b(MajorVersion|MinorVersion|MajorBuildNumber|MinorBuildNumber)="([0-9]{1,6})"')
_NAMES = {
    ("8", "0"): "Exchange Server 2007",
    ("8", "1"): "Exchange Server 2007",
    ("8", "2"): "Exchange Server 2007",
    ("8", "3"): "Exchange Server 2007",
    ("14", "0"): "Exchange Server 2010",
    ("14", "1"): "Exchange Server 2010",
    ("14", "2"): "Exchange Server 2010",
    ("14", "3"): "Exchange Server 2010",
    ("15", "0"): "Exchange Server 2013",
    ("15", "1"): "Exchange Server 2016",
    ("15", "2"): "Exchange Server 2019 or SE",
    ("15", "20"): "Exchange Online",
}
"""https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates"""


def load() -> Any:
    """Import the library, and silence it for good: it logs requests, and writes warnings on the screen."""
    warnings.filterwarnings("ignore", module=rf"(?:{'|'.join(_LIBRARIES)})\b")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import exchangelib
        import exchangelib.services
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in _LIBRARIES:
            logging.getLogger(name).disabled = True
    return exchangelib


def account(url: str, mailbox: str, session: Callable[[], Any], *, impersonate: bool) -> Any:
    """Return the library's account on sessions of ours; it is given no secret, and asks nothing by being made.

    ``mailbox`` is an address; where none is known the library needs one all the same, which is not sent.
    """
    exchangelib = load()
    from exchangelib import protocol as protocols
    from exchangelib import transport
    from exchangelib import version as versions

    config = exchangelib.Configuration(
        service_endpoint=url,
        auth_type=transport.NOAUTH,
        version=versions.Version(build=versions.EXCHANGE_2010_SP2),
        retry_policy=exchangelib.FailFast(),
        max_connections=1,
    )
    made = exchangelib.Account(
        mailbox or "nobody@mailbox.invalid",
        access_type=exchangelib.IMPERSONATION if impersonate else exchangelib.DELEGATE,
        autodiscover=False,
        config=config,
        locale="en_US",
        default_timezone=exchangelib.UTC,
    )
    protocols.CachingProtocol._protocol_cache.pop(protocols.CachingProtocol._cache_key(config), None)
    made.protocol = _protocol(protocols, config, session)
    return made


def _protocol(protocols: Any, config: Any, session: Callable[[], Any]) -> Any:
    """Return a protocol whose sessions are ours, and which stands in no cache."""
    ways = {
        "TIMEOUT": 60,
        "RETRY_WAIT": 0,
        "create_session": lambda self: session(),
        "close_session": lambda self, used: None,
        "raw_session": _forbidden,
        "get_adapter": _forbidden,
        "get_auth_type": _forbidden,
        "refresh_credentials": _forbidden,
    }
    kind = type(protocols.Protocol)("OneEndpoint", (protocols.Protocol,), ways)
    return type.__call__(kind, config=config)


def _forbidden(*_: Any, **__: Any) -> NoReturn:
    raise Failure("bug", "exchangelib wanted a connection or a credential of its own")


def translated(work: Callable[[], Result], heard: Heard) -> Result:
    """Return what the work returns; what the library raises becomes a failure that holds nothing of it.

    Raises:
        Failure: ``ews.<ResponseCode>``, ``ews.garbled``, and what the session raised.
    """
    made: list[Result] = []
    found: Failure | None = None
    try:
        made.append(work())
    except Failure as failure:
        found = Failure(failure.code, failure.detail, enhanced=failure.enhanced, facts=failure.facts)
    except Exception as error:  # noqa: BLE001 (a library's whole zoo, and its text may hold a request)
        found = _meant(error, heard)
    if found is not None:
        raise found
    return made[0]


def _meant(error: Exception, heard: Heard) -> Failure:
    for each in _chain(error):
        if isinstance(each, Failure):
            return Failure(each.code, each.detail, facts=each.facts)
        if isinstance(inner := getattr(each, "failure", None), Failure):
            return Failure(inner.code, inner.detail, facts=inner.facts)
    name = type(error).__name__
    own = str(error).startswith("Tried versions")
    if name.startswith("Error") and type(error).__module__ == "exchangelib.errors" and not own:
        return Failure(f"ews.{name}", clean(str(error), 400))
    if not heard.body:
        return Failure("bug", f"exchangelib asked nothing: {name}")
    code = _first(_CODE, heard.body, but="NoError")
    if code:
        return Failure(f"ews.{code}", clean(_first(_TEXT, heard.body), 400))
    text = _first(_TEXT, heard.body)
    said = f"the server's answer cannot be read ({name})"
    return Failure("ews.garbled", f"{said}: {clean(text, 300)}" if text else said)


def _first(pattern: re.Pattern[bytes], body: bytes, but: str = "") -> str:
    """Return what a pattern finds first."""
    found = (match[1].decode("utf-8", "replace").strip() for match in pattern.finditer(body))
    return next((text for text in found if text != but), "")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those behind it."""
    each: BaseException | None = error
    for _ in range(20):
        if each is None:
            return
        yield each
        each = each.__cause__ or each.__context__


def product(body: bytes) -> str:
    """Return which Exchange wrote an answer: its name and build, as ServerVersionInfo tells."""
    told = _VERSION.search(body[:8192])
    numbers = dict(_NUMBER.findall(told[1])) if told else {}
    parts = [numbers.get(key, b"").decode() for key in (b"MajorVersion", b"MinorVersion", b"MajorBuildNumber")]
    if not (parts[0] and parts[1]):
        return ""
    return f"{_NAMES.get((parts[0], parts[1]), 'Exchange Server')} ({'.'.join(filter(None, parts))})"
