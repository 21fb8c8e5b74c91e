"""Where an Autodiscover answer says that Exchange Web Services are (MS-OXDSCLI section 2.2.4.1.1.2.6, ``EwsUrl``)."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard.discovery.documents.configuration import ServerEntry
from mailwizard.discovery.documents.markup import Element
from mailwizard.discovery.documents.values import cite, web_address
from mailwizard.model import Address, AuthKind, Endpoint, Protocol

SERVICE_LIMIT = 3
"""Web services of one answer that are taken."""
_URLS = ("ewsurl", "asurl")
_OUTSIDE, _INSIDE = "expr", "exch"
_INSIDE_NOTE = "The answer names it for the inside of the company's network: from elsewhere it may not answer."


def web_services(protocols: list[tuple[str, Element]], address: Address) -> tuple[list[ServerEntry], list[str]]:
    """Return the web services that protocols name, those for the outside first, and what was left out and why.

    ``protocols`` are the answer's, each behind its type in lower case: ``expr`` is for the outside of a company,
    ``exch`` for its inside. An address without https is left out.
    """
    named = sorted(_named(protocols), key=lambda pair: _place(pair[0]))
    entries: dict[Endpoint, ServerEntry] = {}
    notes: dict[str, None] = {}
    for kind, text in named:
        try:
            entry = service(text, address, (_INSIDE_NOTE,) if kind == _INSIDE else ())
        except ValueError as wrong:
            notes[f"The Exchange web service of the answer was left out: {wrong}."] = None
            continue
        entries.setdefault(entry.endpoint, entry)
    return list(entries.values())[:SERVICE_LIMIT], list(notes)


def service(text: str, address: Address, notes: tuple[str, ...] = ()) -> ServerEntry:
    """Return Exchange Web Services at an address that a document gives; who signs in is not known from it.

    Raises:
        ValueError: with the part of a sentence that says what is wrong.
    """
    url = web_address(text, address)
    if url and not url.lower().startswith("https:"):
        raise ValueError(f"{cite(url)} is not encrypted")
    try:
        endpoint = Endpoint.parse(Protocol.EWS, url) if url else None
    except ValueError:
        endpoint = None
    if endpoint is None:
        raise ValueError(f"{cite(text)!r} is no address of a web service")
    return ServerEntry(endpoint, "", (AuthKind.PASSWORD,), (), notes)


def _named(protocols: list[tuple[str, Element]]) -> Iterator[tuple[str, str]]:
    """Yield the addresses behind the types of protocol that name them."""
    for kind, protocol in protocols:
        yield from ((kind, text) for name in _URLS if (text := protocol.value(name)))


def _place(kind: str) -> int:
    """Return how early a protocol's word counts."""
    return {_OUTSIDE: 0, _INSIDE: 2}.get(kind, 1)
