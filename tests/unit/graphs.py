"""A check of Microsoft Graph in the practice world, with a token of its own issuer."""

from __future__ import annotations

from typing import Any

from mailwizard.checks import Limits, verify
from mailwizard.draft import Draft
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Credential,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Step,
    Trust,
    Until,
)
from mailwizard.sandbox import World
from mailwizard.sandbox.graph.service import Graph
from mailwizard.sandbox.identity.book import Grant
from mailwizard.sandbox.mailboxes import Mailbox
from mailwizard.sandbox.signing_in import MICROSOFT_APP, MICROSOFT_CLIENT

HOST = "graph.microsoft.com"
PLACE = f"{HOST}:443"
QUICK = Limits(step=4, check=20, delivery=1.2)
RIGHTS = ("Mail.ReadWrite", "Mail.Send")


def service(world: World) -> Graph:
    """Return the world's Graph."""
    assert world.graph is not None
    return world.graph


def token(world: World, *rights: str, user: str = "", resource: str = "", lasts: float = 3600) -> str:
    """Return a token of a person of the world, with these rights."""
    issuer = service(world).issuer
    scopes = tuple((resource or issuer.graph) + right for right in rights or RIGHTS)
    grant = issuer.book.grant(Grant(MICROSOFT_CLIENT, user or world.address, scopes))
    return issuer.book.give_access(issuer.access_prefix, issuer.access_size, grant, scopes, lasts).value


def app_token(world: World) -> str:
    """Return a token of the program that signs in by itself."""
    issuer = service(world).issuer
    scopes = (f"{issuer.graph}.default",)
    grant = issuer.book.grant(Grant(MICROSOFT_APP, "", scopes))
    return issuer.book.give_access(issuer.access_prefix, issuer.access_size, grant, scopes, 3600).value


def draft(world: World, where: str = f"https://{HOST}") -> Draft:
    """Return a draft whose one server is a Graph."""
    endpoint = Endpoint.parse(Protocol.GRAPH, where)
    kinds = (AuthKind.OAUTH2,)
    chosen = Candidate(endpoint, world.address, kinds, "typed", Trust.CURATED)
    return Draft(address=Address.parse(world.address), incoming=chosen)


async def check(
    world: World, secret: str, until: Until = Until.SIGN_IN, limits: Limits = QUICK, where: str = "", **more: Any
) -> list[Evidence]:
    """Check the world's Graph and return how each step ended."""
    seen: list[Evidence] = []

    def hear(fact: Candidate | Evidence) -> None:
        if isinstance(fact, Evidence) and fact.outcome is not Outcome.RUNNING:
            seen.append(fact)

    who = Credential(world.address, secret, AuthKind.OAUTH2)
    chosen = draft(world, where) if where else draft(world)
    await verify(chosen, who, world.net, hear, until, limits=limits, **more)
    assert not [fact for fact in seen if secret in str(fact)], "the token is told to nobody"
    return seen


def end(seen: list[Evidence], step: Step) -> Evidence:
    """Return how a step ended the first time."""
    return next(fact for fact in seen if fact.step is step)


def codes(seen: list[Evidence]) -> list[str]:
    """Return the codes of what failed."""
    return [fact.code for fact in seen if fact.outcome is Outcome.FAIL]


def box(world: World) -> Mailbox:
    """Return the mailbox of the world's own person."""
    mailbox = world.mailboxes.find(world.address)
    assert mailbox is not None
    return mailbox


def ours(world: World) -> int:
    """Count what lies in any folder and is ours."""
    folders = [box(world).messages, *box(world).filed.values()]
    return sum(b"X-Mailwizard" in message.content for folder in folders for message in folder)
