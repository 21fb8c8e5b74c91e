"""Which issuer a registration belongs to: one of the cards, or one that a person named (RFC 8414)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from mailwizard import knowledge
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Failure, Protocol
from mailwizard.net import Net
from mailwizard.net.clean import clean
from mailwizard.signin.oauth.calling import ask
from mailwizard.signin.oauth.refusing import read_object

_ADDRESSES = {
    "authorize": "authorization_endpoint",
    "token": "token_endpoint",
    "device": "device_authorization_endpoint",
    "revoke": "revocation_endpoint",
}
_WORDS = frozenset({"imap", "mail", "pop", "pop3", "smtp"})
_SCOPE = re.compile(r"[!#-\[\]-~]{1,200}")
"""What can be a scope (RFC 6749 section 3.3)."""
_OAUTH = "/.well-known/oauth-authorization-server"
_OPENID = "/.well-known/openid-configuration"


async def card_of(issuer: str, net: Net, *, scopes: tuple[str, ...] = ()) -> IssuerCard:
    """Return the card of an issuer by its id or its own address, or ask the one at an address that a person named.

    Without ``scopes`` that one is asked for those of which it says that they are about mail.

    Raises:
        Failure: ``oauth.issuer-unknown`` where there is no such card, ``oauth.issuer-mismatch`` where the one that
            answers is another one, ``oauth.garbled``, ``http.…`` and as :class:`mailwizard.net.Net`.
    """
    known = knowledge.issuer(issuer) or _by_address(issuer)
    if known is not None:
        return known
    if not _is_address(issuer):
        raise Failure("oauth.issuer-unknown", f"{clean(issuer, 100)} is no known sign-in service, and no https address")
    return _card(issuer, await _metadata(issuer, net), scopes)


def _is_address(text: str) -> bool:
    """Return whether a text is the https address of an issuer (RFC 8414 section 2: no query, no fragment)."""
    try:
        parts = urlsplit(text)
        plain = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        return False
    return plain and not (parts.query or parts.fragment) and text.isprintable() and " " not in text


def _by_address(issuer: str) -> IssuerCard | None:
    """Return the card whose issuer calls itself so, however it was named: its tokens go where the card lets them."""
    plain = issuer.rstrip("/").lower()
    cards = knowledge.issuers().values()
    return next((card for card in cards if card.issuer and card.filled(card.issuer, "").rstrip("/") == plain), None)


async def _metadata(issuer: str, net: Net) -> dict[str, Any]:
    """Return what an issuer says of itself (RFC 8414 section 3, OpenID Connect Discovery section 4)."""
    parts = urlsplit(issuer)
    root, path = f"https://{parts.netloc}", parts.path.rstrip("/")
    refusal = Failure("oauth.garbled", f"{clean(issuer, 200)} does not say how to sign in there")
    for address in (root + _OAUTH + path, root + path + _OPENID):
        try:
            answer = await ask(net, (parts.netloc,), address)
        except Failure as failure:
            refusal = failure
            continue
        told = read_object(answer.body) if answer.status == 200 else None
        if told is None:
            continue
        if str(told.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
            named = clean(str(told.get("issuer", "")), 200)
            raise Failure("oauth.issuer-mismatch", f"the service at {issuer} calls itself {named or 'nothing'}")
        return told
    raise refusal


def _about_mail(told: dict[str, Any]) -> tuple[str, ...]:
    """Return the scopes of which an issuer says that it has them, and whose names are about mail."""
    offered = told.get("scopes_supported")
    names = [name for name in offered if isinstance(name, str)] if isinstance(offered, list) else []
    mail = [name for name in names if _WORDS & set(re.split(r"[^a-z0-9]+", name.lower()))]
    plain = [name for name in mail if _SCOPE.fullmatch(name)]
    return (*plain, *(["offline_access"] if plain and "offline_access" in names else []))


def _card(issuer: str, told: dict[str, Any], scopes: tuple[str, ...]) -> IssuerCard:
    addresses = {name: str(told.get(key) or "") for name, key in _ADDRESSES.items()}
    unsafe = [address for address in addresses.values() if address and not address.startswith("https://")]
    if unsafe or not addresses["token"]:
        raise Failure("oauth.garbled", f"{clean(issuer, 200)} names no https address to get a token from")
    methods = told.get("token_endpoint_auth_methods_supported")
    public = not isinstance(methods, list) or "none" in methods
    return IssuerCard(
        id=issuer,
        name=urlsplit(issuer).hostname or issuer,
        flow="standard",
        issuer=issuer,
        authorize=addresses["authorize"],
        token=addresses["token"],
        device=addresses["device"],
        revoke=addresses["revoke"],
        scopes=tuple((protocol.value, scopes or _about_mail(told)) for protocol in Protocol),
        client_secret="optional" if public else "required",
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
        redirect_path="/",
    )
