"""Real runs in small worlds, and the reports of them, to be held against each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from mailwizard.checks import Limits, verify
from mailwizard.checks.reference import compare_with_reference
from mailwizard.checks.remedies import remedies
from mailwizard.draft import Draft
from mailwizard.draft.mending import around
from mailwizard.model import Address, AuthKind, Candidate, Credential, Endpoint, Evidence, Protocol, Trust, Until
from mailwizard.report import Report, Run, gather, read, to_text
from mailwizard.sandbox import World
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS, furnish

IMAP, SMTP = "mail.practice.example:993/tls", "mail.practice.example:587/starttls"
Change = Callable[[World], Awaitable[None] | None]


@asynccontextmanager
async def small_world(*changes: Change) -> AsyncIterator[World]:
    """Open a whole world in which some things are changed."""
    world = World("comparing")
    try:
        await world.prepare()
        furnish(world)
        world.address, world.password = PRACTICE_ADDRESS, PASSWORD
        for change in changes:
            if (waits := change(world)) is not None:
                await waits
        await world.open()
        yield world
    finally:
        await world.close()


def candidate(protocol: Protocol, text: str, username: str, provider: str = "") -> Candidate:
    """Return a server as it was typed."""
    auth = (AuthKind.PASSWORD,)
    return Candidate(Endpoint.parse(protocol, text), username, auth, "typed", Trust.CURATED, provider=provider)


async def ran(
    world: World,
    *,
    imap: str = IMAP,
    smtp: str = SMTP,
    pop3: str = "",
    address: str = PRACTICE_ADDRESS,
    username: str = "",
    password: str = PASSWORD,
    auth: AuthKind = AuthKind.PASSWORD,
    until: Until = Until.SIGN_IN,
    provider: str = "",
    reference: bool = False,
    mechanism: str = "",
    step: float = 1.5,
    pseudonyms: bool = False,
    **more: str,
) -> Report:
    """Check for real, try what would work instead, and return the report as it comes out of its file."""
    name = username or address
    draft = Draft(
        address=Address.parse(address),
        incoming=candidate(Protocol.IMAP, imap, name, provider) if imap else None,
        outgoing=candidate(Protocol.SMTP, smtp, name, provider) if smtp else None,
        auth=auth,
        until=until,
    )
    if pop3:
        draft = replace(draft, incoming=candidate(Protocol.POP3, pop3, name, provider))
    told: list[Candidate | Evidence] = []
    limits = Limits(step, 10.0)
    await verify(
        draft, Credential(name, password, auth), world.net, told.append, until, limits=limits, mechanism=mechanism
    )
    draft = _learnt(draft, told)
    around_it: list[Candidate | Evidence] = []
    found = await remedies(draft, world.net, around_it.append) if draft.state.value == "broken" else ()
    draft = around(draft, around_it)
    if reference:
        compared: list[Candidate | Evidence] = []
        await compare_with_reference(draft, world.net, compared.append, limit=step)
        draft = _learnt(draft, compared)
    ok = draft.state.value == "verified"
    run = Run(ok=ok, remedies=found, mechanism=mechanism, provider=provider, **more)  # type: ignore[arg-type]
    return read(to_text(gather(draft, run, secrets=[password], pseudonyms=pseudonyms)).encode())


def _learnt(draft: Draft, told: Sequence[Candidate | Evidence]) -> Draft:
    for one in told:
        if isinstance(one, Evidence):
            draft = draft.learn(one)
    return draft
