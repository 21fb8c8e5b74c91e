"""A sign-in that an issuer refuses, line by line: explained, harmless on the terminal, and begun again."""

from __future__ import annotations

import pytest
from tests.journeys.asking import Asked, asked
from tests.journeys.test_plain_signing_in import checks_it, gets_to_the_page
from tests.stopwatch import Stopwatch

from mailwizard.plain.working import Stopped
from mailwizard.sandbox import open_world
from mailwizard.sandbox.identity.problem import Refusal
from mailwizard.sandbox.world import World

SCENARIOS = {"google": "google-browser", "microsoft": "microsoft-device-code"}
REFUSED = {
    "the program's secret is wrong": ("google", "token", Refusal("invalid_client", "Unauthorized", 401), "secret"),
    "the code was used": ("google", "token", Refusal("invalid_grant", "Bad Request"), "was not taken"),
    "the person says no": ("google", "authorize", Refusal("access_denied", "The user denied access"), "declined"),
    "the company forbids it": (
        "google", "authorize", Refusal("admin_policy_enforced", "Error 400: admin_policy_enforced", page=True), "admin",
    ),
    "nobody assigned the person": (
        "microsoft", "authorize", Refusal("access_denied", "AADSTS50105: not assigned to a role"), "assigned",
    ),
    "a rule forbids it here": (
        "microsoft", "token", Refusal("invalid_grant", "AADSTS53003: blocked by Conditional Access"), "rule",
    ),
    "the program is no public one": (
        "microsoft", "token", Refusal("invalid_client", "AADSTS7000218: client_assertion or client_secret", 401),
        "public client",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
async def test_a_refusal_says_why_and_who_can_mend_it_and_the_next_attempt_goes_through(what: str) -> None:
    issuer, place, refusal, word = REFUSED[what]
    async with open_world(SCENARIOS[issuer]) as world, asked(world) as person:
        world.identity.issuers[issuer].fail_next(place, refusal)
        await gets_to_the_page(person, world)
        await person.chooses("Let the practice browser answer")
        await person.sees("Not signed in.", "Why:", "Who:", "What to do:", "Said:", "Begin again")
        assert word in person.text.lower(), person.text
        assert "Nothing in this text is known" not in person.text
        await person.chooses("Begin again")
        await person.page()
        await person.chooses("Let the practice browser answer")
        await checks_it(person, world)


async def test_a_tick_that_is_missing_on_googles_page_is_seen() -> None:
    async with open_world("google-browser") as world, asked(world, told=False) as person:
        url = await with_typed_program(person, world)
        await person.answers(await world.browse(url, without="https://mail.google.com/"))
        await person.sees("Not signed in.", "https://mail.google.com/", "Begin again")
        assert person.session.grant is None


async def test_what_an_issuer_says_can_do_nothing_to_a_terminal() -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\u202eevil\r\nsecond line" + "x" * 5000
    async with open_world("google-browser") as world, asked(world, "terminal") as person:
        world.identity.issuers["google"].fail_next("token", Refusal("invalid_grant", hostile))
        await gets_to_the_page(person, world)
        await person.chooses("Let the practice browser answer")
        await person.sees("Not signed in.", "owned")
        assert all(line.isprintable() for line in person.everything.splitlines())


async def test_an_issuer_that_says_nothing_keeps_nobody_who_wants_to_stop() -> None:
    async with open_world("google-browser") as world, asked(world, "terminal") as person:
        url = await gets_to_the_page(person, world)
        dead = await world.browse(url)
        world.net.swallow("", 443, world.ports.silent())
        await person.answers(dead)
        await person.sees("The answer has come; asking for the token …")
        watch = Stopwatch()
        assert person.turn.working.stop()
        with pytest.raises(Stopped):
            await person.done()
        assert watch.seconds < 1 and person.session.grant is None


async def with_typed_program(person: Asked, world: World) -> str:
    """Get to the sign-in page with a program that is typed, and return the page's address."""
    client = next(iter(world.registrations.values()))
    await person.chooses("Sign in with a browser")
    await person.answers("")
    await person.chooses("Type what")
    await person.answers(client.client_id, client.client_secret)
    return await person.page()
