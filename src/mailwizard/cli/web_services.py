"""A web service on the command line: ``--ews URL``, and ``--graph``, whose address the issuer's card knows."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.parsing import sentence
from mailwizard.model import AuthKind, Candidate, Credential, Endpoint, Protocol, Trust

if TYPE_CHECKING:
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.model import Address

USUAL_ISSUER = "microsoft"
_SHORTEST_TOKEN = 100
"""Characters below which nothing is a token of Microsoft: those have a thousand and more, and no password has."""


def add_web_services(group: argparse._ActionsContainer) -> None:
    """Add the web services, each of which receives and sends."""
    group.add_argument(
        "--ews",
        type=sentence(partial(Endpoint.parse, Protocol.EWS)),
        metavar="URL",
        help="Exchange Web Services, for receiving and sending",
    )
    group.add_argument(
        "--graph",
        type=sentence(partial(Endpoint.parse, Protocol.GRAPH)),
        nargs="?",
        const=True,
        metavar="URL",
        help="Microsoft Graph, for receiving and sending; without a URL that of Microsoft's worldwide cloud",
    )


def named_web_service(options: argparse.Namespace) -> bool:
    """Return whether the command line names a web service."""
    return bool(options.ews or options.graph)


def web_service(options: argparse.Namespace) -> Endpoint | None:
    """Return the web service that is meant; ``None`` where none is named.

    Raises:
        UsageError: where it does not stand alone, or the issuer that is named has no Graph.
    """
    if not named_web_service(options):
        return None
    if any((options.imap, options.pop3, options.smtp)) or (options.ews and options.graph):
        raise UsageError("a web service receives and sends by itself: name one, and no other server beside it.")
    if options.ews or options.graph is not True:
        return options.ews or options.graph  # type: ignore[no-any-return]
    from mailwizard import knowledge
    from mailwizard.signin.oauth.graph_audience import graph_of

    card = knowledge.issuer(getattr(options, "issuer", None) or USUAL_ISSUER)
    found = graph_of(card) if card else None
    if found is None:
        raise UsageError("that issuer has no Microsoft Graph that is known here: say --graph with its address.")
    return found


def candidate_of(endpoint: Endpoint, username: str) -> Candidate:
    """Return a web service as a candidate; nothing but a token opens Graph."""
    kinds = (AuthKind.OAUTH2,) if endpoint.protocol is Protocol.GRAPH else ()
    return Candidate(endpoint, username, kinds, "typed", Trust.CURATED, "Typed by hand.")


def owner_of(endpoint: Endpoint, address: Address | None) -> str:
    """Return the id of the provider card that stands behind a web service, or nothing."""
    from mailwizard import knowledge
    from mailwizard.signin.oauth.graph_audience import issuer_of_graph

    own = knowledge.by_domain(address.domain) if address else None
    if own is not None:
        return own.id
    cards = knowledge.providers().values()
    if told := [card.id for card in cards if endpoint.host in card.telltales]:
        return told[0]
    issuer = issuer_of_graph(endpoint) if endpoint.protocol is Protocol.GRAPH else ""
    # A domain of one's own is not at a provider for persons, whose cards name their domains.
    return next((card.id for card in cards if issuer and card.issuer == issuer and not card.domains), "")


def issuer_of(subject: tuple[Candidate, ...]) -> str:
    """Return the issuer whose Graph is among the servers, or nothing."""
    from mailwizard.signin.oauth.graph_audience import issuer_of_graph

    graphs = (one.endpoint for one in subject if one.endpoint.protocol is Protocol.GRAPH)
    return next((issuer_of_graph(end) for end in graphs), "")


def refuse_astray(card: IssuerCard, candidates: tuple[Candidate, ...]) -> None:
    """Refuse to send an issuer's token to a Graph that is not its own.

    Raises:
        UsageError: which says where its Graph is.
    """
    from mailwizard.signin.oauth.graph_audience import objection

    if wrong := objection(card, candidates):
        raise UsageError(wrong)


def token_of(secret: str, username: str, candidates: tuple[Candidate, ...]) -> Credential | None:
    """Return a token that was handed over as it is, for a Graph that was typed; ``None`` where it is none."""
    graphs = [one for one in candidates if one.endpoint.protocol is Protocol.GRAPH and one.source == "typed"]
    shaped = len(secret) >= _SHORTEST_TOKEN and secret.isascii() and secret.isprintable() and " " not in secret
    return Credential(username, secret, AuthKind.OAUTH2) if graphs and shaped else None
