"""Read what a browser brought back, as a visit to our port or as pasted text, and hold it against what was asked."""

from __future__ import annotations

import hmac
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer

PASTE_LIMIT = 16 * 1024
"""Characters of a paste; addresses with a code in them have up to a few thousand."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_CODE = re.compile(r"[A-Za-z0-9._~!*$%/+=-]{16,}\Z")
_USER_CODE = re.compile(r"[A-Za-z0-9]{4}-?[A-Za-z0-9]{4,5}\Z")
_SCHEME = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_FIELDS = frozenset({"code", "state", "error", "iss", "error_description", "session_state", "scope"})
_DEAD = "the page that cannot be shown, whose address begins with {redirect}"


class NotOurs(Exception):
    """A visit that is no answer to what was asked; whoever made it gets nothing, and listening goes on."""


def read_paste(text: str, authorization: Authorization) -> CallbackAnswer:
    """Read a pasted answer: the whole dead address, its query, or the code alone.

    Raises:
        ValueError: with one sentence that names what was pasted instead.
        Failure: ``oauth.…`` where the issuer says in it that it refuses.
    """
    pasted = "".join(text.split()).strip("<>\"'`")
    dead = _DEAD.format(redirect=authorization.redirect)
    if not pasted:
        raise ValueError(f"Paste the address of {dead}.")
    if len(pasted) > PASTE_LIMIT:
        raise ValueError(f"This is far too long for an address. Paste the address of {dead}, and nothing else.")
    told = _told(pasted, authorization)
    if told is None:
        return _code_alone(pasted, authorization, dead)
    return _held(told, authorization, dead)


def _told(pasted: str, authorization: Authorization) -> dict[str, str] | None:
    """Return the parameters of an address or query; ``None`` for what is neither."""
    if _SCHEME.match(pasted):
        try:
            parts = urlsplit(pasted)
            host = (parts.hostname or "").lower()
        except ValueError:
            raise ValueError("This address is damaged. Copy it once more, from beginning to end.") from None
        told = _parameters(parts.query) or _parameters(parts.fragment)
        if host not in _LOOPBACK and not {"code", "error"} & set(told):
            asked = urlsplit(authorization.url)
            if host == asked.hostname:
                raise ValueError(
                    "This is the address of the sign-in page. Open it, sign in there, and paste the address of the "
                    "page on which the browser ends up."
                )
            raise ValueError(
                f"This address leads to {clean(host, 100) or 'no server'} and holds no answer. Paste the one on which "
                f"the browser ends up; it begins with {authorization.redirect}."
            )
        return told
    told = _parameters(pasted.lstrip("?#&"))
    return told if _FIELDS & set(told) else None


def _parameters(query: str) -> dict[str, str]:
    """Return the parameters of a query.

    Raises:
        ValueError: where one that counts is there twice.
    """
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    told: dict[str, str] = {}
    for name, value in pairs:
        if name in told and name in _FIELDS and told[name] != value:
            raise ValueError("This holds two different answers. Paste one address, and nothing else.")
        told[name] = value
    return told


def _code_alone(pasted: str, authorization: Authorization, dead: str) -> CallbackAnswer:
    if _USER_CODE.match(pasted):
        raise ValueError(
            "This is a short code that is typed into a web page, not one that comes back from it. "
            f"Paste the address of {dead}."
        )
    if not _CODE.match(pasted):
        raise ValueError(f"This is no answer of the sign-in page. Paste the address of {dead}.")
    if authorization.names_issuer:
        raise ValueError(f"The code alone does not say whose it is. Copy the whole address of {dead}.")
    return CallbackAnswer(unquote(pasted) if "%" in pasted else pasted)


def _held(told: dict[str, str], authorization: Authorization, dead: str) -> CallbackAnswer:
    """Hold an answer against what was asked.

    Raises:
        ValueError: with one sentence.
        Failure: what the issuer says.
    """
    state = told.get("state", "")
    if state and not _same(state, authorization.state):
        raise ValueError(
            "This answer belongs to another sign-in. Open the address that is shown here, and paste where it ends."
        )
    if "error" in told:
        raise refusal(told)
    code = told.get("code", "")
    if not code:
        raise ValueError(f"The code is missing; the address was cut off. Copy the whole address of {dead}.")
    if not state:
        raise ValueError(f"The end of the address is missing (state). Copy the whole address of {dead}.")
    _hold_issuer(told, authorization)
    return CallbackAnswer(code, state, told.get("iss", ""))


def read_callback(host: str, target: str, authorization: Authorization) -> CallbackAnswer:
    """Read a visit to the port to which the browser was sent.

    Raises:
        NotOurs: for any visit but the one that was asked for.
        Failure: ``oauth.…`` where the issuer says, with the right state, that it refuses.
    """
    redirect = urlsplit(authorization.redirect)
    try:
        parts = urlsplit(f"http://{host}{target}")
        if parts.netloc.lower() != redirect.netloc or (parts.path or "/") != (redirect.path or "/"):
            raise NotOurs
        told = _parameters(parts.query)
    except ValueError:
        raise NotOurs from None
    if not _same(told.get("state", ""), authorization.state):
        raise NotOurs
    if "error" in told:
        raise refusal(told)
    if not told.get("code"):
        raise NotOurs
    _hold_issuer(told, authorization)
    return CallbackAnswer(told["code"], told["state"], told.get("iss", ""))


def _hold_issuer(told: dict[str, str], authorization: Authorization) -> None:
    """Hold the issuer that an answer names against the one that was asked (RFC 9207 section 2.4).

    Raises:
        Failure: ``oauth.issuer-mismatch``, also where none is named and the issuer asked names itself always.
    """
    named = told.get("iss", "")
    if not named and authorization.names_issuer:
        detail = f"the answer does not say from whom it comes, and {authorization.issuer} always does"
        raise Failure("oauth.issuer-mismatch", detail, facts=(("mixed", "unnamed"),))
    if named and authorization.issuer and not _same(named.rstrip("/"), authorization.issuer.rstrip("/")):
        detail = f"the answer comes from {clean(named, 200)}, asked was {authorization.issuer}"
        raise Failure("oauth.issuer-mismatch", detail, facts=(("mixed", "yes"),))


def refusal(told: dict[str, str]) -> Failure:
    """Return what an issuer says when it refuses, in its own words and codes."""
    error = clean(told.get("error", ""), 60)
    description = clean(told.get("error_description", ""), 1000)
    facts = [("error", error)]
    if number := re.search(r"AADSTS\d{4,9}", description):
        facts.append(("aadsts", number[0]))
    if sub := clean(told.get("error_subtype", "") or told.get("suberror", ""), 60):
        facts.append(("subcode", sub))
    said = f"{error}: {description}" if description else error
    code = f"oauth.{error}" if re.fullmatch(r"[a-z0-9_-]{1,60}", error) else "oauth.error"
    return Failure(code, said, facts=tuple(facts))


def _same(one: str, other: str) -> bool:
    return bool(other) and hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
