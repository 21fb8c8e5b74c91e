"""Documents as providers publish them, written from a few words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.sax.saxutils import escape

from mailwizard.sandbox.web import Answer


def client_config(*servers: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>', more: str = "") -> bytes:
    """Write a configuration document of Thunderbird's kind.

    Each server is ``TYPE HOST PORT SOCKET [USERNAME [AUTHENTICATION …]]``; ``-`` leaves an element empty.
    """
    lines = [head, '<clientConfig version="1.1">', '<emailProvider id="{d}"><domain>{d}</domain>']
    lines += ["<displayName>Mail of {d}</displayName><displayShortName>{d}</displayShortName>"]
    lines += [_server(server.split()) for server in servers]
    return "\n".join([*lines, more, "</emailProvider>", "</clientConfig>"]).strip().encode()


def _server(words: Sequence[str]) -> str:
    kind, host, port, socket, username, *ways = [*words, *("%EMAILADDRESS%", "password-cleartext")[len(words) - 4 :]]
    tag = "outgoingServer" if kind == "smtp" else "incomingServer"
    elements = [("hostname", host), ("port", port), ("socketType", socket), ("username", username)]
    elements += [("authentication", way) for way in ways]
    inside = "".join(f"<{name}>{'' if text == '-' else text}</{name}>" for name, text in elements)
    return f'<{tag} type="{kind}">{inside}</{tag}>'


GOOD = client_config("imap imap.{d} 993 SSL", "smtp smtp.{d} 465 SSL")
"""The document of a domain that does everything right."""


def pox(*protocols: str, action: str = "settings", more: str = "") -> bytes:
    """Write an answer of Autodiscover in plain old XML; each protocol is ``TYPE SERVER PORT [ELEMENT=VALUE …]``."""
    inside = []
    for protocol in protocols:
        kind, server, port, *elements = protocol.split()
        told = [("Type", kind), ("Server", server), ("Port", port), *(_pair(element) for element in elements)]
        inside.append("".join(f"<{name}>{escape(value)}</{name}>" for name, value in told if value != "-"))
    body = "".join(f"<Protocol>{each}</Protocol>" for each in inside)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">'
        '<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">'
        f"<Account><AccountType>email</AccountType><Action>{action}</Action>{more}{body}</Account>"
        "</Response></Autodiscover>"
    ).encode()


def _pair(element: str) -> tuple[str, str]:
    name, _, value = element.partition("=")
    return name, value


def pacc_document(*, password: bool = True, issuer: str = "", **hosts: str) -> bytes:
    """Write a PACC document (draft-ietf-mailmaint-pacc): a host for each protocol."""
    authentication: dict[str, object] = {"password": password}
    if issuer:
        authentication["oauth-public"] = {"issuer": issuer}
    info = {"provider": {"name": "Mail of {d}", "shortName": "{d}"}}
    protocols = {name: {"host": host} for name, host in hosts.items()}
    return json.dumps({"protocols": protocols, "authentication": authentication, "info": info}).encode()


def redirect(url: str, status: int = 302) -> Answer:
    """Return an answer that sends the client elsewhere."""
    return Answer(status=status, headers=(("Location", url),))


LOGIN_PAGE = Answer(
    b"<!DOCTYPE html><html><head><title>Welcome to Hotel WiFi</title></head><body>"
    b'<form action="/login"><input name="room"><input type="password" name="code"></form></body></html>',
    content_type="text/html; charset=utf-8",
)
"""What a captive portal, or a web host that answers every path, shows with status 200."""
