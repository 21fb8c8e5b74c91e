"""An Exchange server of one's own by its four fields, line by line; and Microsoft's with the browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.journeys.asking import Asked, asked, found, with_port
from tests.unit.test_oauth_answers import free_port

from mailwizard.draft import Draft
from mailwizard.faces.signing.exchange import ExchangeWaysIn
from mailwizard.model import AuthKind, Candidate, Endpoint, Protocol, Trust, Until
from mailwizard.plain.talk import Back
from mailwizard.sandbox import open_world
from mailwizard.sandbox.world import World

HOST = "mail.practice.example"
URL = f"https://{HOST}/EWS/Exchange.asmx"
EWS = (Protocol.EWS,)


async def gets_to_the_secret(person: Asked, service: str = "", domain: str = "", user: str = "") -> None:
    """Answer the three lines before the secret."""
    await person.sees(
        "Sign in to your Exchange server (page 4-B).", "The password that you sign in to Windows with at work."
    )
    await person.answers("", service, domain, user)


@pytest.mark.parametrize("through", ["pipe", "terminal"])
@pytest.mark.parametrize("offers", [("Negotiate", "NTLM", "Basic"), ("Basic",)])
async def test_the_four_fields_lead_to_a_server_that_takes_them(through: str, offers: tuple[str, ...]) -> None:
    async with open_world("exchange-own-server") as world:
        world.exchanges[HOST].manners = replace(world.exchanges[HOST].manners, offers=offers)
        async with asked(world, through, wanted=EWS, told=False) as person:
            await gets_to_the_secret(person)
            assert all(text in person.everything for text in (f"Service [{URL}]", "[practice.example]", "[alice]"))
            await person.answers(world.password)
            draft = await person.checked()
            assert draft.chosen[0].username == "practice.example\\alice"
            assert world.password not in person.everything and world.password.encode() not in person.shown
            assert sum(world.logins.values()) == 1
            assert world.seen_secrets_in_clear == 0


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        (2, "alice@practice.example", "This is a mail address; the domain is the part after the @"),
        (2, "PRACTICE", "PRACTICE is the short (NetBIOS) name of a domain"),
        (2, "https://mail.practice.example", "This is a web address, which has a field of its own"),
        (2, "PRACTICE\\alice", "The user name has a field of its own"),
        (3, "OTHER\\alice", "names a domain of its own, OTHER"),
        (1, "http://mail.practice.example/EWS/Exchange.asmx", "begins with https://"),
        (1, "alice@mail.practice.example", "has a user name in it"),
        (1, "mail practice", "letters, digits, dots and hyphens"),
        (1, "outlook.office365.com", "Microsoft switches Exchange Web Services off"),
    ],
)
async def test_a_mistake_is_named_where_it_was_typed_and_nothing_leaves(line: int, text: str, said: str) -> None:
    async with open_world("exchange-own-server") as world, asked(world, wanted=EWS) as person:
        await person.answers(*["", "", "", ""][:line], text)
        await person.sees(said)
        assert not world.logins
        assert not person.asking.done()


async def test_a_service_that_ends_is_left_for_what_is_offered_with_the_servers() -> None:
    async with open_world("exchange-own-server") as world, asked(world, wanted=EWS) as person:
        await person.answers("", "outlook.office365.com")
        await person.sees("Microsoft switches Exchange Web Services off", ":back leads to the servers")
        await person.answers(":back", ":back")
        with pytest.raises(Back):
            await person.done()


async def test_an_empty_domain_goes_with_a_whole_address_as_user_name() -> None:
    async with open_world("exchange-own-server") as world, asked(world, wanted=EWS) as person:
        await gets_to_the_secret(person, domain="-", user=world.address)
        await person.answers(world.password)
        assert (await person.checked()).chosen[0].username == world.address


async def test_another_address_of_the_service_is_taken_as_typed() -> None:
    async with open_world("exchange-own-server") as world, asked(world, wanted=EWS) as person:
        await gets_to_the_secret(person, service=f"https://{HOST}/owa")
        await person.answers(world.password)
        draft = await person.done()
        assert draft.chosen[0].endpoint.url == f"https://{HOST}/owa" and draft.chosen[0].source == "typed"


async def test_it_is_only_reached_without_any_secret() -> None:
    async with open_world("exchange-own-server") as world, asked(world, wanted=EWS) as person:
        await person.chooses("Only reach the servers")
        draft = await person.done()
        assert draft.until is Until.REACH and person.session.credential is None
        assert not world.logins


async def test_nothing_typed_at_the_secret_asks_for_the_lines_before_once_more() -> None:
    async with open_world("exchange-own-server") as world, asked(world, wanted=EWS) as person:
        await gets_to_the_secret(person)
        await person.answers("")
        await person.sees("Service")
        await person.answers("", "", "", world.password)
        await person.checked()


async def at_microsoft(world: World) -> Draft:
    """Return a draft with the web services of Microsoft, which a person typed and kept."""
    draft = await found(world)
    endpoint = Endpoint.parse(Protocol.EWS, "https://outlook.office365.com/EWS/Exchange.asmx")
    kept = Candidate(endpoint, "", (AuthKind.OAUTH2,), "typed", Trust.PUBLISHED, "Typed.", provider="microsoft365")
    return draft.with_servers(kept, None)


async def test_web_services_at_microsoft_are_signed_in_to_with_the_browser_and_no_domain() -> None:
    async with open_world("exchange-online-ews-blocked") as world:
        with_port(world, await free_port())
        async with asked(world, draft=await at_microsoft(world)) as person:
            await person.sees("Sign in to Microsoft 365")
            assert "Domain" not in person.text and "Password" not in person.text
            await person.chooses("Sign in with a browser")
            await person.answers("")
            await person.chooses("Take the practice registration")
            await person.page()
            await person.chooses("Let the practice browser answer", "Check it")
            draft = await person.done()
            assert draft.auth is AuthKind.OAUTH2 and draft.chosen[0].username == world.address


async def test_graph_is_signed_in_to_with_the_browser() -> None:
    async with open_world("microsoft-graph") as world:
        with_port(world, await free_port())
        async with asked(world, "terminal", wanted=(Protocol.GRAPH,)) as person:
            await person.sees("Sign in to Microsoft 365")
            await person.answers("", "")
            await person.chooses("Take the practice registration")
            await person.page()
            await person.chooses("Let the practice browser answer")
            await person.sees("Allows: https://graph.microsoft.com/Mail.ReadWrite")
            await person.chooses("Check it")
            await person.checked()


async def test_a_user_name_with_a_domain_before_it_is_offered_again_as_both() -> None:
    async with open_world("exchange-own-server") as world, asked(world, wanted=EWS) as person:
        await gets_to_the_secret(person, domain="practice.example", user="ben")
        await person.answers("anything")
        how = ExchangeWaysIn(await person.done(), person.session)
        assert how.parts == ("practice.example", "ben")
