"""An Exchange server of one's own by its four fields, from the first screen to an account that is opened again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.person import Person, practising, sitting

from mailwizard.draft.editing import editing
from mailwizard.model import AuthKind, Protocol, State, Until
from mailwizard.sandbox.exchange import Exchange, Form
from mailwizard.sandbox.published import pox
from mailwizard.sandbox.web import Answer
from mailwizard.sandbox.world import World
from mailwizard.storage import profiles
from mailwizard.tui.widgets.entry import Entry

BOTH = "Receiving and sending work."
HOST = "mail.practice.example"
URL = f"https://{HOST}/EWS/Exchange.asmx"


async def gets_to_the_four_fields(person: Person, world: World) -> None:
    """Choose a server of one's own, and take the service that was found."""
    await person.sees("Your own Exchange server")
    await person.presses("down", "down", "down", "enter")
    await person.sees("Whose mail account is it?")
    await person.answers(world.address)
    await person.answers("")
    await person.sees("Servers 3/7", HOST, "Exchange Web Services", "the same service")
    await person.presses("enter")
    await person.sees("Sign in to your Exchange server", "Service", URL, "Domain", "User name", "Password")


def exchange(world: World) -> Exchange:
    """Return the company's server."""
    return world.exchanges[HOST]


async def corrects(person: Person, field: str, text: str) -> None:
    """Type a field anew and try to go on."""
    entry = person.app.screen.query_one(f"#{field}-entry", Entry)
    while not (entry.has_focus and not entry.value):
        entry.focus()
        await person.presses("ctrl+u")
    await person.types(text)
    await person.chooses("Check it")


def all_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(("offers", "way"), [(("Negotiate", "NTLM", "Basic"), "NTLM"), (("Basic",), "BASIC")])
async def test_the_four_fields_lead_to_a_delivered_message_and_a_saved_account(
    offers: tuple[str, ...], way: str, tmp_path: Path
) -> None:
    async with practising("exchange_own_server") as (person, world):
        exchange(world).manners = replace(exchange(world).manners, offers=offers)
        await gets_to_the_four_fields(person, world)
        assert "practice.example" in person.screen and "alice" in person.screen
        await person.answers(world.password)
        await person.sees(BOTH, f"signed in with {way}", "[>Continue<]")
        assert sum(world.logins.values()) == 1
        await person.presses("f7")
        await person.sees("Look at what the domain publishes")
        await person.presses("end", "enter")
        await person.sees("a message to yourself went out and came in", "removed exactly what is ours")
        draft = person.app.question.draft
        assert draft.state is State.VERIFIED and draft.until is Until.DELIVERY
        await person.chooses("Continue")
        await person.sees("Save the account", "Vault")
        await person.presses("tab", "tab", "enter")
        await person.sees("A new vault")
        await person.answers("open sesame")
        await person.answers("open sesame")
        await person.sees("Saved alice@practice.example, personal", "Service", URL)
        assert "to receive only" not in person.screen
        saved = profiles.load(world.address)
        assert saved.server.incoming == draft.chosen[0].endpoint and saved.server.outgoing is None
        assert saved.server.incoming.url == URL
        assert saved.account.username == "practice.example\\alice"
        assert saved.account.state is State.VERIFIED
        assert world.seen_secrets_in_clear == 0
        assert world.password.encode() not in await asyncio.to_thread(all_below, tmp_path)


async def test_a_wrong_password_costs_one_login_and_the_right_one_goes_on() -> None:
    async with practising("exchange_own_server") as (person, world):
        await gets_to_the_four_fields(person, world)
        await person.answers("not-the-password")
        await person.sees("FAIL", "sign in", "Edit secret")
        assert sum(world.logins.values()) == 1
        await person.chooses("Edit secret")
        await person.sees("Sign-in 4/7", "practice.example")
        await person.presses("ctrl+u")
        await person.answers(world.password)
        await person.sees(BOTH)
        assert sum(world.logins.values()) == 2


async def test_another_form_of_the_user_name_is_offered_with_its_price() -> None:
    async with practising("exchange_own_server") as (person, world):
        exchange(world).manners = replace(exchange(world).manners, forms=frozenset({Form.NETBIOS}))
        await gets_to_the_four_fields(person, world)
        await person.answers(world.password)
        await person.sees("FAIL", "one more login")
        assert sum(world.logins.values()) == 1
        await person.chooses("Sign in as PRACTICE\\alice")
        await person.sees("It costs one more login.")
        await person.chooses("Try it")
        await person.sees(BOTH)
        await person.presses("f3")
        await person.sees("Sign-in 4/7", "PRACTICE\\alice")
        assert person.app.screen.query_one("#domain-entry").value == ""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("domain", "alice@practice.example", "This is a mail address; the domain is the part after the @"),
        ("domain", "PRACTICE", "PRACTICE is the short (NetBIOS) name of a domain"),
        ("domain", "https://mail.practice.example", "This is a web address, which has a field of its own"),
        ("domain", "PRACTICE\\alice", "The user name has a field of its own"),
        ("username", "OTHER\\alice", "names a domain of its own, OTHER"),
        ("username", "", "Type the user name"),
        ("service", "http://mail.practice.example/EWS/Exchange.asmx", "begins with https://"),
        ("service", "alice@mail.practice.example", "has a user name in it"),
        ("service", "mail practice", "letters, digits, dots and hyphens"),
        ("service", "outlook.office365.com", "Microsoft switches Exchange Web Services off"),
        ("secret", "", "Type the password; it is empty."),
    ],
)
async def test_a_mistake_stands_below_its_field_and_nothing_leaves(field: str, text: str, said: str) -> None:
    async with practising("exchange_own_server") as (person, world):
        await gets_to_the_four_fields(person, world)
        await person.types(world.password)
        await corrects(person, field, text)
        await person.sees("Sign-in 4/7", said)
        assert person.app.focused is person.app.screen.query_one(f"#{field}-entry")
        assert not world.logins


async def test_an_empty_domain_goes_with_a_whole_address_as_user_name() -> None:
    async with practising("exchange_own_server") as (person, world):
        await gets_to_the_four_fields(person, world)
        await person.types(world.password)
        await corrects(person, "domain", "")
        await person.sees("Validate 5/7")
        await person.presses("f3")
        await person.sees("Sign-in 4/7")
        await corrects(person, "username", world.address)
        await person.sees(BOTH)
        assert person.app.question.draft.chosen[0].username == world.address


async def test_the_address_of_the_service_is_typed_where_nothing_is_found_and_a_wrong_path_is_mended() -> None:
    async with practising("exchange_own_server", told=False) as (person, world):
        for path in ("/autodiscover/autodiscover.xml", "/autodiscover/autodiscover.json*"):
            world.web.publish("autodiscover.practice.example", path, Answer(status=404))
        await person.sees("Your own Exchange server")
        await person.presses("down", "down", "down", "enter")
        await person.answers(world.address)
        await person.answers("")
        await person.sees("press Enter again to type the servers")
        await person.presses("enter")
        await person.sees("< Exchange", "Address", "Mail is sent through the same service")
        await person.presses("ctrl+u")
        await person.types(f"https://{HOST}/owa")
        await person.chooses("Continue")
        await person.sees("Sign-in 4/7", f"https://{HOST}/owa")
        await person.answers(world.password)
        await person.sees("FAIL", f"Use {URL}")
        assert not world.logins
        await person.chooses(f"Use {URL}")
        await person.sees(BOTH)


async def test_it_is_only_reached_without_any_secret() -> None:
    async with practising("exchange_own_server") as (person, world):
        await gets_to_the_four_fields(person, world)
        await person.chooses("Only reach")
        await person.sees("The server answers and proves by certificate who is there.", "Sign in")
        assert not world.logins
        evidence = person.app.question.draft.evidence
        assert any(seen.fact("mechanisms") for seen in evidence)


async def test_what_is_saved_is_opened_again_as_it_was() -> None:
    async with practising("exchange_own_server") as (person, world):
        await gets_to_the_four_fields(person, world)
        await person.answers(world.password)
        await person.sees(BOTH)
        await person.presses("enter")
        await person.sees("Save the account")
        await person.presses("tab", "tab", "end", "enter")
        await person.sees("Saved", "asked for each time")
        saved = profiles.load(world.address)
        assert saved.server.incoming is not None and saved.server.incoming.url == URL
        assert (saved.server.incoming.protocol, saved.server.incoming_auth) == (Protocol.EWS, AuthKind.PASSWORD)
        async with sitting(world.net, draft=editing(saved.account, saved.server, at_hand=False)) as again:
            await again.sees("Whose mail account is it?", world.address)
            await again.answers("")
            await again.answers("")
            await again.sees("Save the account", "proven")
            await again.presses("f3")
            await again.sees("Validate 5/7", f"Service  {HOST}")
            await again.presses("f3")
            await again.sees("Sign in to your Exchange server", URL, "practice.example", "alice")
            await again.presses("f3")
            await again.sees("Servers 3/7", "< Exchange", URL, "Mail is sent through the same service")
            await again.chooses("Continue")
            await again.sees("Sign in to your Exchange server")
            await again.answers(world.password)
            await again.sees(BOTH)


async def test_a_kept_draft_goes_on_at_the_four_fields() -> None:
    async with practising("exchange_own_server", told=False) as (person, world):
        await gets_to_the_four_fields(person, world)
        await corrects(person, "username", "")
        await person.sees("Type the user name")
        await person.presses("ctrl+c")
        await person.sees("Leave?", "Your draft is kept")
        await person.presses("escape")
        async with sitting(world.net) as again:
            await again.sees(f"Go on with {world.address}", "kept draft")
            await again.presses("enter")
            await again.sees("Sign in to your Exchange server", URL, "practice.example", "alice")
            await again.answers(world.password)
            await again.sees(BOTH)


async def test_a_server_of_somebody_else_gets_nothing_before_the_person_agrees() -> None:
    async with practising("exchange_own_server") as (person, world):
        told = Answer(pox("EXPR owa.hoster.example - EwsUrl=https://owa.hoster.example/EWS/Exchange.asmx"))
        world.web.publish("autodiscover.practice.example", "/autodiscover/autodiscover.xml", told)
        await person.sees("Your own Exchange server")
        await person.presses("down", "down", "down", "enter")
        await person.answers(world.address)
        await person.answers("")
        await person.sees("owa.hoster.example", "It belongs to somebody else than practice.example.")
        await person.presses("enter")
        await person.sees("Your user name and secret will go there", "[>No, let me look<]")
        await person.presses("enter")
        await person.sees("Servers 3/7", "owa.hoster.example")
        await person.presses("enter")
        await person.chooses("Yes, use it")
        await person.sees("Sign in to your Exchange server", "https://owa.hoster.example/EWS/Exchange.asmx")
        assert not world.logins
