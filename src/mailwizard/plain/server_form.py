"""One server, typed by hand: field after field, each suggested where something is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mailwizard.faces.choice import Choice
from mailwizard.faces.choosing import NONE
from mailwizard.faces.help import about
from mailwizard.faces.typed_server import (
    ADDRESS,
    HOST,
    SIGNS_IN,
    SIGNS_NOT,
    WEB_HINT,
    kind_word,
    mail_server,
    port_after,
    signs_not,
    web_service,
)
from mailwizard.faces.words import SECURITY_WORDS
from mailwizard.model import STANDARD_PORTS, Candidate, Endpoint, Protocol, Security, read_host, read_port
from mailwizard.plain.talk import Talk

_PAGE = "servers.by-hand"
"""The page of the help on which these fields are explained."""


async def ask(
    talk: Talk,
    heading: str,
    protocols: Sequence[Protocol],
    given: Candidate | None,
    username: str,
    keep: Callable[[Candidate], None],
) -> Candidate | None:
    """Ask for one server of one of the protocols; ``None`` where no such server is wanted.

    ``keep`` is told what is known of it after each answer, with what is usual for the rest.

    Raises:
        Back: the person wants what was there before.
    """
    talk.heading(heading)
    kinds = [Choice(protocol.value, kind_word(protocol)) for protocol in protocols]
    now = given.endpoint.protocol if given else protocols[0]
    key = await talk.choose("Protocol", [*kinds, Choice(NONE, "none")], default=now, about=about(_PAGE, "protocol"))
    if key == NONE:
        return None
    protocol = Protocol(key)
    if given and given.endpoint.protocol.web is not protocol.web:
        given = None
    if protocol.web:
        default = given.endpoint.url if given else ""
        return web_service(given, await _service(talk, protocol, default))
    name = given.username if given and given.username else username

    def known(end: Endpoint) -> None:
        keep(mail_server(given, end, name, relay=signs_not(given)))

    endpoint = await _endpoint(talk, protocol, given, known)
    typed = await talk.ask("User name", default=name, optional=True, about=about(_PAGE, "username"))
    relay = not protocol.incoming and await _relays(talk, given)
    return mail_server(given, endpoint, typed, relay=relay)


async def _service(talk: Talk, protocol: Protocol, default: str) -> Endpoint:
    """Ask for the address of a web service."""
    talk.say(WEB_HINT)
    return await talk.ask(
        ADDRESS,
        default=default,
        read=lambda text: Endpoint.parse(protocol, text),
        about=about(_PAGE, "host"),
    )


async def _endpoint(
    talk: Talk, protocol: Protocol, given: Candidate | None, keep: Callable[[Endpoint], None]
) -> Endpoint:
    """Ask for host, security and port; a standard port follows the security by itself."""
    known = given.endpoint if given else None
    host = await talk.ask(HOST, default=known.host if known else "", read=read_host, about=about(_PAGE, "host"))
    usual = known.security if known else Security.TLS
    keep(Endpoint(protocol, host, STANDARD_PORTS[protocol, usual], usual))
    words = [Choice(security.value, SECURITY_WORDS[security]) for security in Security]
    secured = await talk.choose("Security", words, default=usual, about=about(_PAGE, "security"))
    security = Security(secured)
    keep(Endpoint(protocol, host, STANDARD_PORTS[protocol, security], security))
    before = str(known.port) if known else str(STANDARD_PORTS[protocol, security])
    port = await talk.ask(
        "Port", default=port_after(before, protocol, security), read=read_port, about=about(_PAGE, "port")
    )
    keep(end := Endpoint(protocol, host, port, security))
    return end


async def _relays(talk: Talk, given: Candidate | None) -> bool:
    """Ask whether one signs in there."""
    ways = [Choice(word, word) for word in (SIGNS_IN, SIGNS_NOT)]
    return (
        await talk.choose(
            "Sign-in", ways, default=SIGNS_NOT if signs_not(given) else SIGNS_IN, about=about(_PAGE, "signs-in")
        )
        == SIGNS_NOT
    )
