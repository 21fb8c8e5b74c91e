"""Microsoft 365 in the wizard: away from web services that are being switched off, to the browser, IMAP or Graph."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.journeys.person import Person, practising
from tests.journeys.test_wizard_signing_in import apart

from mailwizard.model import AuthKind, Outcome, Protocol, State, Step, Until
from mailwizard.sandbox.internet import CONTOSO
from mailwizard.sandbox.signing_in import MICROSOFT_APP, MICROSOFT_SECRET
from mailwizard.sandbox.world import World
from mailwizard.signin.flows import client_credentials
from mailwizard.signin.oauth.registration import Registration, RegistrationKind
from mailwizard.signin.oauth.tokens import credential_of
from mailwizard.storage import profiles

BOTH = "Receiving and sending work."
CALENDAR = "Microsoft switches Exchange Web Services off"
OFFICE = "https://outlook.office365.com/EWS/Exchange.asmx"


async def gets_to_servers_of_ones_own(person: Person, world: World) -> None:
    """Say that the mailbox is on a server of one's own, which it is not."""
    apart(person, world)
    await person.sees("Your own Exchange server")
    await person.presses("down", "down", "down", "enter")
    await person.sees("Whose mail account is it?")
    await person.answers(world.address)
    await person.answers("")
    await person.sees("Servers 3/7", "outlook.office365.com:993", "graph.microsoft.com")


async def types_the_service(person: Person, text: str = OFFICE) -> None:
    """Type the address of Exchange Web Services by hand."""
    await person.presses("f4")
    await person.sees("User name")
    await person.presses("shift+tab", "shift+tab", "left")
    await person.sees("< Exchange")
    await person.presses("tab", "ctrl+u")
    await person.types(text)
    await person.chooses("Continue")
    await person.sees(CALENDAR, "end on 1 April 2027")


async def signs_in(person: Person) -> None:
    """Sign in with the practice browser, under the practice registration."""
    await person.sees("Sign in to Microsoft 365", "[>Sign in<]")
    await person.presses("enter")
    await person.sees("[>Take the practice registration<]")
    await person.presses("enter")
    await person.sees("Listening")
    await person.chooses("practice browser")
    await person.sees("Signed in", "[>Check it<]")
    await person.presses("enter")


async def takes_graph(person: Person) -> None:
    """Choose Microsoft Graph from the list of servers."""
    await person.presses("end", "up")
    await person.sees("https://graph.microsoft.com/v1.0", "the same service")
    await person.presses("enter")


async def test_a_mailbox_at_microsoft_is_named_as_none_of_ones_own() -> None:
    async with practising("exchange_online_ews_blocked") as (person, world):
        await gets_to_servers_of_ones_own(person, world)
        await person.sees(
            "This mailbox is in Microsoft 365, not on a server of your own.", "organization by organization"
        )


@pytest.mark.parametrize("text", ["outlook.office365.com", "https://outlook.office365.com/ews/exchange.asmx"])
async def test_a_typed_service_of_microsoft_leads_to_imap_and_smtp_with_the_browser(text: str) -> None:
    async with practising("exchange_online_ews_blocked") as (person, world):
        await gets_to_servers_of_ones_own(person, world)
        await types_the_service(person, text)
        await person.sees("[>Yes, show me that<]")
        await person.presses("enter")
        await person.sees("IMAP and SMTP of Microsoft 365 are chosen; Microsoft Graph stands below them.")
        await person.presses("tab", "tab", "shift+tab", "shift+tab", "enter")
        await signs_in(person)
        await person.sees(BOTH)
        draft = person.app.question.draft
        assert [candidate.endpoint.protocol for candidate in draft.chosen] == [Protocol.IMAP, Protocol.SMTP]
        assert draft.auth is AuthKind.OAUTH2 and draft.state is State.VERIFIED


async def test_whoever_has_the_settings_is_led_away_too() -> None:
    async with practising("exchange_online_ews_blocked") as (person, world):
        apart(person, world)
        await person.sees("I have the settings")
        await person.presses("end", "enter")
        await person.answers(world.address)
        await person.answers("")
        await person.sees("< IMAP")
        await person.presses("shift+tab", "shift+tab", "right", "right")
        await person.sees("< Exchange")
        await person.presses("tab", "ctrl+u")
        await person.types("outlook.office365.com")
        await person.chooses("Continue")
        await person.sees(CALENDAR, "[>Yes, show me that<]")
        await person.presses("enter")
        await person.sees("outlook.office365.com:993", "smtp.office365.com:587", "graph.microsoft.com")


async def test_a_service_that_is_kept_is_refused_explained_and_works_once_the_admin_allows_it() -> None:
    async with practising("exchange_online_ews_blocked") as (person, world):
        await gets_to_servers_of_ones_own(person, world)
        await types_the_service(person)
        await person.chooses("No, keep this address")
        await person.sees("Sign-in 4/7", OFFICE)
        assert "Domain" not in person.text and "Password" not in person.text.partition("Note")[0]
        await signs_in(person)
        await person.sees(
            "FAIL", "Exchange Web Services are switched off here", "Use IMAP and SMTP with browser sign-in"
        )
        await person.chooses("Steps one by one")
        await person.sees("Step 1 of", "microsoft365.ews-end.1")
        await person.presses("escape")
        await person.chooses("Note for the admin")
        await person.sees("A note to pass on", f"use the mailbox of {world.address} at {OFFICE}")
        await person.presses("pagedown")
        await person.sees("EwsAllowedAppIDs")
        await person.presses("escape", "f8")
        await person.sees("Press F5 to check again.")
        await person.presses("f5")
        await person.sees(BOTH, "This way in works today, but not for long")
        seen = [one for one in person.app.question.draft.evidence if one.step is Step.SIGN_IN]
        assert [(one.outcome, one.code) for one in seen] == [(Outcome.WARN, "sign-in.ends")]


async def test_from_a_refused_service_the_way_leads_to_graph() -> None:
    async with practising("exchange_online_ews_blocked") as (person, world):
        await gets_to_servers_of_ones_own(person, world)
        await types_the_service(person)
        await person.chooses("No, keep this address")
        await signs_in(person)
        await person.sees("FAIL")
        await person.chooses("Edit servers")
        await person.sees("Servers 3/7", "graph.microsoft.com")
        await takes_graph(person)
        await person.sees("Sign-in 4/7", "Sign in to Microsoft 365")
        await person.chooses("Sign in anew")
        await person.sees("Listening")
        await person.chooses("practice browser")
        await person.sees("Signed in", "[>Check it<]")
        await person.presses("enter")
        await person.sees(BOTH, "Microsoft Graph")


async def test_graph_is_proven_to_the_end_saved_and_found_again() -> None:
    async with practising("microsoft_graph") as (person, world):
        apart(person, world)
        await person.gets_to_servers(world.address)
        await takes_graph(person)
        await signs_in(person)
        await person.sees(BOTH, "Service", "Microsoft Graph")
        await person.presses("f7")
        await person.presses("end", "enter")
        await person.sees("a message to yourself went out and came in", "removed exactly what is ours")
        assert person.app.question.draft.until is Until.DELIVERY
        await person.chooses("Continue")
        await person.sees("Save the account", "Vault")
        await person.presses("tab", "tab", "enter")
        await person.sees("A new vault")
        await person.answers("open sesame")
        await person.answers("open sesame")
        await person.sees("Saved", "https://graph.microsoft.com/v1.0")
        saved = profiles.load(world.address)
        assert saved.server.incoming is not None and saved.server.incoming.protocol is Protocol.GRAPH
        assert saved.server.outgoing is None and saved.account.state is State.VERIFIED


async def test_graph_that_lets_nobody_send_is_explained_and_mended() -> None:
    async with practising("graph_send_not_allowed") as (person, world):
        apart(person, world)
        await person.gets_to_servers(world.address)
        await takes_graph(person)
        await signs_in(person)
        await person.sees(BOTH)
        await person.presses("f7", "end", "enter")
        await person.sees("FAIL", "message", "Why", "Note for the admin")
        await person.presses("f8")
        await person.sees("Press F5 to check again.")
        await person.presses("f7", "end", "enter")
        await person.sees("a message to yourself went out and came in")


async def test_a_program_that_may_act_for_nobody_is_explained_to_the_admin() -> None:
    async with practising("exchange_impersonation_denied") as (person, world):
        await gets_to_servers_of_ones_own(person, world)
        await types_the_service(person)
        await person.chooses("No, keep this address")
        await person.sees("Sign-in 4/7", OFFICE)
        await given_a_program(person, world)
        await person.chooses("Check it")
        await person.sees("FAIL", "may not act in other users' names", "Note for the admin", "F8")
        await person.presses("f8")
        await person.sees("Press F5 to check again.")
        await person.presses("f5")
        await person.sees(BOTH)


async def given_a_program(person: Person, world: World) -> None:
    """Let the session hold what a program that signs in by itself was given."""
    draft, session = person.app.question.draft, person.app.session
    assert draft.address is not None
    tenant = CONTOSO
    program = Registration("microsoft", MICROSOFT_APP, MICROSOFT_SECRET, tenant, RegistrationKind.APP_ONLY)
    grant = await client_credentials.obtain(program, draft.address, (Protocol.EWS,), world.net)
    session.grant = replace(grant, username=world.address)
    session.credential = credential_of(session.grant)
    person.app.question._show_way()  # type: ignore[attr-defined]
    await person.sees("Check it")
