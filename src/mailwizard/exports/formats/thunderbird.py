"""Thunderbird: the document that a domain publishes for its users, and that other mail programs read as well.

Format: https://www.ietf.org/archive/id/draft-ietf-mailmaint-autoconfig-00.html
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from mailwizard.exports.setup import Setup, Side, refuse_marks
from mailwizard.model import Protocol, Security

TITLE = "Thunderbird"
PATH = ""
COMMENT = ""
_SOCKETS = {Security.TLS: "SSL", Security.STARTTLS: "STARTTLS", Security.NONE: "plain"}


def render(setup: Setup) -> str:
    """Return the document, with placeholders where another user of the domain has another name."""
    fetching = setup.fetching("Thunderbird", Protocol.IMAP, Protocol.POP3, tokens=True)
    sending = setup.sending("Thunderbird", tokens=True)
    domain = setup.address.domain
    incoming = _server(setup, "incomingServer", str(fetching.endpoint.protocol), fetching)
    outgoing = _server(setup, "outgoingServer", "smtp", sending)
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<clientConfig version="1.1">',
            f"  <emailProvider id={quoteattr(domain)}>",
            f"    <domain>{escape(domain)}</domain>",
            f"    <displayName>{escape(setup.address.unicode_domain)}</displayName>",
            f"    <displayShortName>{escape(setup.address.unicode_domain)}</displayShortName>",
            *incoming,
            *outgoing,
            "  </emailProvider>",
            "</clientConfig>",
            "",
        )
    )


def _server(setup: Setup, element: str, kind: str, side: Side) -> list[str]:
    how = "OAuth2" if side.tokens else "password-cleartext" if side.signs_in else "none"
    inner = {
        "hostname": side.endpoint.host,
        "port": str(side.endpoint.port),
        "socketType": _SOCKETS[side.endpoint.security],
        "username": _placeholder(setup, side.username) if side.signs_in else "",
        "authentication": how,
    }
    told = [f"      <{name}>{escape(value)}</{name}>" for name, value in inner.items() if value]
    return [f'    <{element} type="{kind}">', *told, f"    </{element}>"]


def _placeholder(setup: Setup, username: str) -> str:
    """Return the form of a user name that fits everybody of the domain, where this one follows such a form."""
    forms = {str(setup.address): "%EMAILADDRESS%", setup.address.local: "%EMAILLOCALPART%"}
    if username not in forms:
        refuse_marks("Thunderbird", "a user name", username, "%")
    return forms.get(username, username)
