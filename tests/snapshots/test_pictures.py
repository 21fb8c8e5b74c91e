"""What every stage and panel looks like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.person import practising, sitting
from tests.journeys.test_wizard_deeper import READABLE
from tests.journeys.test_wizard_finding import ADDRESS, BETTER, CLEAR, IMAP, KNOWN, SMTP
from tests.journeys.test_wizard_message import TRACE
from tests.snapshots.picture import FRONT, SHOWN, Album
from tests.unit.scripted import ALICE, HOST, Peer, net
from tests.unit.scripted import draft as chosen
from textual.events import Paste

from mailwizard.discovery.knowing import known
from mailwizard.draft import Draft, Service, Stage
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Step,
    Trust,
)
from mailwizard.tui.screens.findings import Findings

SIZES = [(80, 24), (120, 40)]
both = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


@both
async def test_microsoft_from_the_first_screen_to_the_last(size: tuple[int, int], update: bool) -> None:
    async with practising("microsoft_smtp_auth_off", size=size) as (person, world):
        album = Album(person, update)
        await person.sees("What is to be set up?")
        await album.take("1-service")
        await person.presses("f1")
        await person.sees("Help: Service")
        await album.take("help")
        await person.presses("escape", "enter")
        await person.sees("Whose mail account is it?")
        await person.answers(world.address)
        await person.types("Adele Vance")
        await person.sees("servers for contoso.example.")
        await album.take("2-address")
        await person.presses("enter")
        await person.sees("smtp.office365.com:587")
        await album.take("3-servers")
        await person.presses("f4")
        await person.sees("User name")
        await album.take("3-servers-by-hand")
        await person.presses("f4", "enter")
        await person.sees("Sign in to Microsoft 365")
        await person.types(world.password)
        await album.take("4-sign-in")
        await person.presses("enter")
        await person.sees("FAIL", "Why", "Note for the admin")
        await album.take("5-validate-refused")
        person.app.screen.query_one("#note").focus()
        await person.presses("enter")
        await person.sees("A note to pass on")
        await album.take("5-note")
        await person.presses("escape")
        person.app.screen.query_one("#steps").focus()
        await person.presses("enter")
        await person.sees("Step 1 of")
        await album.take("5-steps")
        await person.presses("escape", "f8")
        await person.sees("Press F5 to check again.")
        await person.presses("f5")
        await person.sees("Sending works.")
        await album.take("5-validate-passed")
        await person.presses("enter")
        await person.sees("Save the account", "Vault")
        await album.take("6-save")
        await person.presses("f4")
        await person.sees("Where every value comes from")
        await album.take("6-origins")
        await person.presses("escape", "ctrl+c")
        await person.sees("Leave?")
        await album.take("leave")
        await person.presses("escape", "tab", "tab", "enter")
        await person.sees("A new vault")
        await album.take("6-passphrase")
        await person.answers("open sesame")
        await person.answers("open sesame")
        await person.sees("Saved")
        await album.take("7-done")
        album.judge()


@both
async def test_the_four_depths_and_a_message_to_oneself(size: tuple[int, int], update: bool) -> None:
    async with practising("all_well", size=size) as (person, world):
        album = Album(person, update)
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        await person.presses("f7", "end")
        await person.sees("One short message goes from")
        await album.take("5-depth")
        await person.presses("enter")
        await person.sees("went out and came in.", "[>Continue<]")
        await album.take("5-delivered")
        album.judge()


@both
async def test_the_sender_is_refused(size: tuple[int, int], update: bool) -> None:
    async with practising("from_not_owned", size=size) as (person, world):
        album = Album(person, update)
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        await person.presses("f7", "down", "enter")
        await person.sees("FAIL", "You may not send as this address", "F8")
        await album.take("5-sender-refused")
        album.judge()


@both
async def test_an_error_message_is_explained(size: tuple[int, int], update: bool) -> None:
    async with sitting(None, size=size) as person:
        album = Album(person, update)
        await person.sees("What is to be set up?")
        await person.presses("f9")
        await person.sees("It is read on this machine")
        person.app.post_message(Paste(TRACE))
        await person.sees("SMTPAuthenticationError")
        await album.take("message-pasted")
        await person.presses("f5")
        await person.sees("SMTP AUTH", "Note for the admin")
        await album.take("message-explained")
        album.judge()


@both
async def test_a_secret_in_clear_is_asked_for_by_the_servers_name(
    size: tuple[int, int], update: bool, tmp_path: Path
) -> None:
    async with Peer(READABLE) as peer:
        end = replace(peer.endpoint(Protocol.SMTP, Security.NONE))
        draft = replace(chosen(None, end, AuthKind.PASSWORD), address=Address.parse(ALICE.username))
        draft = replace(draft, answered=frozenset({Stage.SERVICE, Stage.ADDRESS, Stage.SERVERS}))
        async with sitting(net(tmp_path), draft=draft, size=size) as person:
            album = Album(person, update)
            await person.answers(ALICE.secret)
            await person.presses("enter")
            await person.chooses("Send it unencrypted")
            await person.sees("!! Send the secret unencrypted?")
            await album.take("5-clear-text")
            await person.answers(HOST)
            await person.sees("Sending works.", "[>Continue<]")
            await album.take("5-clear-text-sent")
            album.judge()
        peer.clear = b""


@both
async def test_gmail_with_its_guide(size: tuple[int, int], update: bool) -> None:
    async with practising("gmail_app_password", size=size) as (person, world):
        album = Album(person, update)
        await person.goes_on_to_sign_in(world.address)
        await person.types(world.password)
        await album.take("gmail-4-sign-in")
        album.judge()


@both
async def test_the_menu_and_help_for_a_field(size: tuple[int, int], update: bool) -> None:
    async with practising("all_well", size=size) as (person, world):
        album = Album(person, update)
        await person.gets_to_servers(world.address)
        await person.presses("ctrl+o")
        await person.sees("All that can be done here")
        await album.take("menu")
        await person.types("back")
        await person.misses("Leave mailwizard")
        await album.take("menu-found")
        await person.presses("escape", "tab", "f1")
        await person.sees("Help: Servers")
        await album.take("help-for-a-field")
        album.judge()


@both
async def test_all_that_was_seen(size: tuple[int, int], update: bool) -> None:
    imap = Endpoint(Protocol.IMAP, "mail.practice.example", 993, Security.TLS)
    incoming = Candidate(imap, "alice@practice.example", (AuthKind.PASSWORD,), "srv", Trust.PUBLISHED)
    tls = (("version", "TLSv1.3"), ("names", "mail.practice.example"), ("expires", "2027-02-19T10:15:00Z"))
    draft = Draft().with_service(Service.MAIL).with_address(Address.parse("alice@practice.example"), "")
    draft = draft.with_servers(incoming, None).with_sign_in(AuthKind.PASSWORD)
    for seen in (
        Evidence("cards", Step.DISCOVER, Outcome.SKIP, "card.unknown", "", "no provider card names practice.example"),
        Evidence("srv", Step.DISCOVER, Outcome.OK, "", "", "the domain names its servers in DNS", 0.1),
    ):
        draft = draft.notice(seen)
    refusal = "NO [AUTHENTICATIONFAILED] Authentication failed."
    for seen in (
        Evidence(str(imap), Step.RESOLVE, Outcome.OK, "", "", "2001:db8::10, 198.51.100.10", 0.1),
        Evidence(str(imap), Step.CONNECT, Outcome.OK, "", "", "2001:db8::10, port 993", 0.1),
        Evidence(str(imap), Step.ENCRYPT, Outcome.OK, "", "", "TLSv1.3", 0.1, tls),
        Evidence(str(imap), Step.SIGN_IN, Outcome.FAIL, "imap.authenticationfailed", "", refusal, 0.1),
    ):
        draft = draft.learn(seen)
    async with sitting(None, draft=draft, size=size) as person:
        album = Album(person, update)
        await person.sees("Validate 5/7")
        await person.presses("f2")
        await person.sees("Evidence: all that was seen")
        await album.take("evidence")
        album.judge()


@both
async def test_all_that_was_found(size: tuple[int, int], update: bool) -> None:
    async with sitting(None, draft=KNOWN, size=size) as person:
        album = Album(person, update)
        facts = (("asked", "autoconfig.thunderbird.net"), ("learned", "the domain example.com"))
        clues = (Evidence("ispdb", Step.DISCOVER, Outcome.SKIP, facts=facts),)
        notes = known(ADDRESS, clues, "gmail")[:1]
        await person.app.push_screen(Findings((IMAP, SMTP, BETTER, CLEAR), clues, notes))
        await person.sees("All that was found")
        await album.take("3-all-found")
        album.judge()


@both
async def test_a_remedy_as_a_button(size: tuple[int, int], update: bool) -> None:
    async with practising("wrong_port", size=size) as (person, world):
        album = Album(person, update)
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("FAIL", "Use port")
        await album.take("wrong-port-5-remedy")
        await person.presses("enter")
        await person.sees("Receiving and sending work.")
        await album.take("wrong-port-5-passed")
        album.judge()


@both
async def test_a_wrong_password(size: tuple[int, int], update: bool) -> None:
    async with practising("wrong_password", size=size) as (person, world):
        album = Album(person, update)
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.refused_password)
        await person.sees("FAIL", "one more login")
        await album.take("wrong-password-5-refused")
        await person.presses("f5")
        await person.sees("Offer it again?")
        await album.take("wrong-password-5-again")
        album.judge()


def test_the_pictures_of_the_readme_are_all_there_and_no_others() -> None:
    assert {path.name for path in SHOWN.glob("*.svg")} == set(FRONT.values())
