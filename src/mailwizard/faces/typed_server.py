"""One server as it is typed by hand: which port follows which security, and what is known of it besides."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.model import STANDARD_PORTS, AuthKind, Candidate, Endpoint, Protocol, Security, Trust

HOST, ADDRESS = "Server", "Address"
"""What is typed of a mail server, and of a web service."""
WEB_HINT = "Its https address, or its host name alone."
KINDS = {Protocol.EWS: "Exchange", Protocol.GRAPH: "Graph"}
"""Protocols that people call otherwise."""
SIGNS_IN, SIGNS_NOT = "signs in", "no sign-in"


def kind_word(protocol: Protocol) -> str:
    """Return what people call a protocol."""
    return KINDS.get(protocol, protocol.value.upper())


def port_after(typed: str, protocol: Protocol, security: Security) -> str:
    """Return the port to suggest: a standard one follows the protocol and security, another one stays as typed."""
    standard = {str(port) for port in STANDARD_PORTS.values()}
    return str(STANDARD_PORTS[protocol, security]) if typed in standard or not typed else typed


def signs_not(given: Candidate | None) -> bool:
    """Return whether a server takes mail without any sign-in."""
    return given is not None and given.auth == (AuthKind.NONE,)


def mail_server(given: Candidate | None, endpoint: Endpoint, username: str, *, relay: bool) -> Candidate:
    """Return a typed mail server, with what is known of ``given`` as far as that holds for it.

    ``relay`` says that it takes mail without any sign-in.
    """
    return _candidate(given, endpoint, username, (AuthKind.NONE,) if relay else _auth(given, endpoint))


def web_service(given: Candidate | None, endpoint: Endpoint) -> Candidate:
    """Return a typed web service; who signs in is asked later."""
    username = given.username if given and given.endpoint.protocol.web else ""
    return _candidate(given, endpoint, username, _auth(given, endpoint))


def _auth(given: Candidate | None, endpoint: Endpoint) -> tuple[AuthKind, ...]:
    """Return what is known about signing in there: only what was known of this host."""
    same = given is not None and given.endpoint.host == endpoint.host
    auth = given.auth if given and same else ()
    return () if auth == (AuthKind.NONE,) else auth


def _candidate(given: Candidate | None, endpoint: Endpoint, username: str, auth: tuple[AuthKind, ...]) -> Candidate:
    if given and (given.endpoint, given.username, given.auth) == (endpoint, username, auth):
        return given
    same = given is not None and given.endpoint.host == endpoint.host
    typed = Candidate(endpoint, username, auth, "typed", Trust.PUBLISHED, "Typed by hand.")
    return replace(typed, provider=given.provider) if given and same else typed
