"""A token for Microsoft Graph and one for mail servers are of two resources: neither goes where the other belongs."""

from __future__ import annotations

from collections.abc import Iterable

from mailwizard import knowledge
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Candidate, Endpoint, Protocol
from mailwizard.net.clean import shown_word


def issuer_of_graph(endpoint: Endpoint) -> str:
    """Return the id of the issuer whose Graph is at an endpoint; nothing where no card names it."""
    return next((card.id for card in knowledge.issuers().values() if _host(card) == endpoint.place), "")


def graph_of(card: IssuerCard) -> Endpoint | None:
    """Return where an issuer's Graph is; ``None`` where it has none."""
    return Endpoint.parse(Protocol.GRAPH, card.graph) if card.graph else None


def astray(issuer: str, candidates: Iterable[Candidate]) -> tuple[str, ...]:
    """Return the hosts of every Graph among the servers that is not the issuer's own, also where a person typed it.

    A token for Graph is good at one host alone, so that nobody has a reason to send it anywhere else. Nothing is held
    against the Graph of an issuer of which there is no card.
    """
    card = knowledge.issuer(issuer)
    graphs = [one.endpoint for one in candidates if one.endpoint.protocol is Protocol.GRAPH]
    return tuple(end.host for end in graphs if card is not None and end.place != _host(card))


def objection(card: IssuerCard, candidates: Iterable[Candidate]) -> str:
    """Return why no token of an issuer goes to a Graph among the servers; nothing where it is the issuer's own."""
    hosts = astray(card.id, candidates)
    own = f"its Graph is at {card.graph}" if card.graph else "it has no Microsoft Graph"
    return f"no token of {card.name} goes to {hosts[0]}: {own}." if hosts else ""


def mismatch(card: IssuerCard, scopes: tuple[str, ...], candidates: Iterable[Candidate], address: str) -> str:
    """Return why a sign-in does not open these servers, where it was given for the other resource; else nothing."""
    own = f"{card.graph}/"
    of_graph = [scope.startswith(own) for scope in scopes if "://" in scope] if card.graph else []
    if not of_graph:
        return ""
    for candidate in candidates:
        wants = candidate.endpoint.protocol is Protocol.GRAPH
        if wants and not any(of_graph):
            return (
                "this sign-in is for mail servers and opens no Microsoft Graph, which wants a token of its own: "
                f"mailwizard sign-in {shown_word(address)} --graph"
            )
        if not wants and all(of_graph):
            host = candidate.endpoint.host
            return (
                f"this sign-in is for Microsoft Graph and opens nothing at {host}: "
                f"mailwizard sign-in {shown_word(address)}, or check with --graph."
            )
    return ""


def _host(card: IssuerCard) -> str:
    end = graph_of(card)
    return end.place if end else ""
