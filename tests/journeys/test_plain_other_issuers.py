"""Issuers that keep to the standards, line by line: those of cards, and one whose address a person types."""

from __future__ import annotations

import pytest
from tests.journeys.asking import Asked, asked, found
from tests.journeys.other_issuers import ADDRESSES, SECRET, world_of
from tests.journeys.test_plain_signing_in import THROUGH

from mailwizard.model import AuthKind, Candidate, Endpoint, Protocol, Trust
from mailwizard.sandbox.internet import PRACTICE_ADDRESS
from mailwizard.sandbox.world import World

SECRETS: dict[str, tuple[str, ...]] = {"fastmail": (), "yahoo": (SECRET,), "practice": ("",)}
"""What is typed where the program's secret is asked for."""
OWN = "https://id.practice.example"


async def names_the_client(person: Asked, world: World, name: str) -> str:
    """Pick the browser, type the client and its secret where it has one, and return the page's address."""
    await person.chooses("Sign in with a browser")
    await person.answers("")
    await person.sees("Under which registration")
    await person.answers("", world.registrations[name].client_id, *SECRETS[name])
    return await person.page()


async def checks_it(person: Asked, world: World) -> None:
    """Go on from a granted sign-in to servers that take it."""
    await person.sees(f"Signed in: as {world.address}")
    await person.chooses("Check it")
    assert (await person.checked()).auth is AuthKind.OAUTH2
    grant = person.session.grant
    assert grant is not None
    assert grant.access_token not in person.everything and SECRET not in person.everything
    assert world.seen_secrets_in_clear == 0


@THROUGH
@pytest.mark.parametrize("name", ADDRESSES)
async def test_an_issuer_of_a_card_signs_in(name: str, through: str) -> None:
    async with world_of(name) as world, asked(world, through, told=False) as person:
        dead = await world.browse(await names_the_client(person, world, name))
        await person.answers(dead.replace("iss=https%3A%2F%2F", "iss=https%3A%2F%2Fevil."))
        await person.sees("Not signed in.", "another sign-in service", "Begin again")
        await person.chooses("Begin again")
        await person.answers(await world.browse(await person.page()))
        await checks_it(person, world)


async def test_a_right_that_was_left_out_is_explained_and_given_the_second_time() -> None:
    async with world_of("fastmail") as world, asked(world, told=False) as person:
        url = await names_the_client(person, world, "fastmail")
        left_out = "https://www.fastmail.com/dev/protocol-smtp"
        await person.answers(await world.browse(url, without=left_out))
        await person.sees("Not signed in.", "protocol-smtp", "Begin again")
        await person.chooses("Begin again")
        await person.answers(await world.browse(await person.page()))
        await checks_it(person, world)


@THROUGH
async def test_an_issuer_typed_by_hand_is_asked_about_itself_and_signs_in(through: str) -> None:
    async with world_of("own-issuer") as world, asked(world, through, told=False) as person:
        assert world.address == PRACTICE_ADDRESS
        await person.chooses("Name a sign-in service")
        await person.sees("Which service signs you in?", "type no address that a mail sent you")
        for wrong, said in (
            ("id.practice.example", "is no known sign-in service, and no https address"),
            ("http://id.practice.example", "no https address"),
            (f"{OWN}/other", "Not taken"),
            ("https://[", "Not taken"),
        ):
            await person.answers(wrong, "")
            await person.sees(said)
        await person.answers(OWN, "")
        await person.sees("1. Sign in with a browser")
        address = await names_the_client(person, world, "practice")
        assert address.startswith(f"{OWN}/authorize?") and "code_challenge_method=S256" in address
        dead = await world.browse(address)
        await person.answers(dead.partition("&iss=")[0])
        await person.sees("Not signed in.", "does not say from which sign-in service")
        await person.chooses("Begin again")
        await person.answers(await world.browse(await person.page()))
        await checks_it(person, world)


async def test_a_token_goes_to_a_strangers_host_only_where_the_person_says_so() -> None:
    async with world_of("fastmail") as world:
        draft = await found(world)
        stranger = Endpoint.parse(Protocol.IMAP, "imap.stranger.example:993/tls")
        typed = Candidate(stranger, "", (AuthKind.OAUTH2,), "typed", Trust.PUBLISHED, "Typed.", provider="fastmail")
        async with asked(world, told=False, draft=draft.with_servers(typed, draft.outgoing)) as person:
            await person.chooses("Sign in with a browser")
            await person.answers("")
            await person.sees("imap.stranger.example is none of Fastmail's servers.", 'Type yes for "Let it go there"')
            await person.answers("no")
            await person.sees("How do you sign in?")
            assert not person.session.vouched
            await person.chooses("Sign in with a browser")
            await person.answers("", "yes")
            await person.sees("Under which registration")
            assert person.session.vouched == {("fastmail", "imap.stranger.example")}
