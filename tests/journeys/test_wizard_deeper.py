"""How deep to check: four depths with their costs, consents, and what a stop had let happen."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.person import Person, practising, sitting
from tests.unit.scripted import ALICE, HOST, Act, Peer, Script, net
from tests.unit.scripted import draft as chosen

from mailwizard.draft import Draft, Service, Stage
from mailwizard.faces.check import LIMITS
from mailwizard.model import Address, AuthKind, Candidate, Endpoint, Protocol, Security, Trust, Until
from mailwizard.net import Record
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS, PRACTICE_HOST
from mailwizard.sandbox.world import World

BOTH = "Receiving and sending work."
READABLE: Script = [
    *(b"220 hi\r\n", "EHLO", b"250-x\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN "),
    *(b"235 2.7.0 in\r\n", "QUIT", b"221 bye\r\n", Act.WAIT),
]


def messages(world: World) -> list[str]:
    """Return what lies anywhere in the mailbox of the practice world."""
    box = world.mailboxes.mailboxes[world.address]
    return [one.content.decode() for one in (*box.messages, *(one for some in box.filed.values() for one in some))]


async def passes(person: Person, world: World) -> None:
    """Get to a check that has passed as deep as a sign-in."""
    await person.goes_on_to_sign_in(world.address)
    await person.answers(world.password)
    await person.sees(BOTH)


async def goes_to(person: Person, words: str) -> None:
    """Choose a depth by its words."""
    await person.presses("f7")
    await person.sees("How deep shall it be checked?")
    await person.presses("home")
    for _ in range(4):
        if f"> (•) {words}" in person.screen:
            break
        await person.presses("down")
    await person.presses("enter")


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_every_depth_is_named_with_what_it_costs(size: tuple[int, int]) -> None:
    async with practising("all_well", size=size) as (person, world):
        await passes(person, world)
        await person.chooses("Go deeper")
        await person.sees("Only reach the servers", "Sign in", "Ask whether this From is let through", "no login")
        await person.sees("Send one message to yourself", "[ Check it ]", "[ Close Esc ]")
        if size[0] == 80:
            await person.sees("one login, nothing is sent", "one login each, one message")
        await person.presses("end")
        await person.sees("It costs one login each, one message. One short message goes from alice@practice.example")
        await person.presses("escape")
        await person.sees(BOTH)
        assert set(world.logins.values()) == {1}
        assert not messages(world)


async def test_only_reaching_the_servers_needs_no_secret_and_signing_in_comes_later() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.chooses("Only reach the servers")
        await person.sees("Both servers answer and prove by certificate who is there.", "[>Sign in<]")
        assert not world.logins
        await person.presses("enter")
        await person.sees("Sign-in 4/7")
        await person.answers(world.password)
        await person.sees(BOTH)
        assert set(world.logins.values()) == {1}


async def test_what_needs_the_secret_asks_for_it_first() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.chooses("Only reach the servers")
        await person.sees("Nobody has signed in yet.")
        await goes_to(person, "Send one message")
        await person.sees("Sign-in 4/7", "To sign in your secret is needed.")
        await person.answers(world.password)
        await person.sees(BOTH)
        assert not messages(world)


async def test_a_message_to_oneself_proves_both_ways_and_nothing_of_it_stays() -> None:
    async with practising("all_well") as (person, world):
        await passes(person, world)
        await goes_to(person, "Send one message")
        await person.sees(
            "a message to yourself went out and came in.",
            "Safe to send as alice@practice.example: yes.",
            "SPF pass",
            "removed exactly",
        )
        assert set(world.logins.values()) == {2}
        assert not messages(world)
        await person.presses("f5")
        await person.sees("It sends one more message to yourself.", "[>No<]")
        await person.presses("enter")
        await person.misses("It sends one more message to yourself.")
        assert set(world.logins.values()) == {2}
        await person.presses("f3")
        await person.sees("Sign-in 4/7")
        await person.presses("enter")
        await person.sees("went out and came in.")
        assert set(world.logins.values()) == {2}


async def test_waiting_for_a_message_shows_its_clock_and_a_stop_says_what_had_happened() -> None:
    async with practising("all_well") as (person, world):
        await passes(person, world)
        world.mailboxes.mailboxes[world.address].into = ""
        await goes_to(person, "Send one message")
        await person.sees("under way for", "waiting up to")
        await person.sees("under way for 2 s")
        await person.presses("ctrl+c")
        await person.sees("Stopped. The secret had been offered to mail.practice.example:993 (it was taken)")
        await person.sees("a message to yourself was sent. It is still there or on its way")
        assert not person.app.question.draft.send_only


async def test_a_check_of_the_sender_asks_the_outgoing_server_alone() -> None:
    async with practising("all_well") as (person, world):
        await passes(person, world)
        await goes_to(person, "Ask whether")
        await person.sees("alice@practice.example is let through by mail.practice.example.")
        assert sorted(world.logins.values()) == [1, 2]
        assert not messages(world)


async def test_a_doubtful_from_is_named_with_the_record_to_publish_and_a_note_for_the_admin() -> None:
    async with practising("all_well") as (person, world):
        world.zone.remove("practice.example", "TXT")
        world.zone.add("practice.example", Record("TXT", "v=spf1 ip4:192.0.2.1 -all", ttl=300))
        await passes(person, world)
        await goes_to(person, "Ask whether")
        await person.sees("Safe to send as alice@practice.example: not quite", "WARN", "[>Continue<]")
        await person.presses("pagedown")
        await person.sees("does not name this server", "Fix")
        await person.chooses("Note for the admin")
        await person.sees("receivers may doubt or refuse it")
        note = person.app.screen.text  # type: ignore[attr-defined]
        assert 'practice.example. TXT "v=spf1 ip4:192.0.2.1' in note


async def test_where_there_is_no_mailbox_the_person_types_the_mark_that_came() -> None:
    async with practising("all_well", told=False) as (_, world):
        draft = sending(world)
        async with sitting(world.net, draft=draft) as person:
            await person.answers(PASSWORD)
            await person.sees("Sending works.")
            await goes_to(person, "Send one message")
            await person.sees("The server took the message. Did it arrive?", "[>It arrived<]")
            (content,) = messages(world)
            mark = re.search(r"Message-ID: <([0-9a-f]+)@", content)
            assert mark is not None and mark[1] not in person.screen
            await person.presses("enter")
            await person.sees("Did the message arrive?", "also into Junk")
            await person.answers("0123 4567")
            await person.sees("That is the mark of another message")
            await person.presses("ctrl+u")
            await person.answers(f"{mark[1][:4]} {mark[1][4:8].upper()}")
            await person.sees("Sending works: a message to yourself went out and came in.", "You saw it arrive")


async def test_where_the_mailbox_takes_no_password_the_message_goes_out_and_the_person_looks() -> None:
    async with practising("microsoft_smtp_auth_off") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("FAIL", "F8")
        await person.presses("f8", "f5")
        await person.sees("Sending works. Receiving is left out")
        await person.presses("f7", "end")
        await person.sees("It costs one login, one message.", "you look yourself and type the mark")
        await person.presses("enter")
        await person.sees("Did it arrive?", "[>It arrived<]")
        (content,) = messages(world)
        mark = re.search(r"Message-ID: <([0-9a-f]+)@", content)
        assert mark is not None
        await person.presses("enter")
        await person.sees("Did the message arrive?")
        await person.answers(mark[1][:8])
        await person.sees("Sending works. Receiving is left out", "You saw it arrive", "[>Continue<]")


def sending(world: World) -> Draft:
    """Return a draft of an account that only sends, at its sign-in."""
    address = Address.parse(PRACTICE_ADDRESS)
    end = Endpoint(Protocol.SMTP, PRACTICE_HOST, 465, Security.TLS)
    outgoing = Candidate(end, world.address, (AuthKind.PASSWORD,), "typed", Trust.CURATED)
    return Draft().with_service(Service.SENDING).with_address(address, "").with_servers(None, outgoing)


async def test_a_secret_goes_unencrypted_only_where_the_servers_name_was_typed_and_that_is_not_remembered(
    tmp_path: Path,
) -> None:
    async with Peer(READABLE) as peer:
        end = peer.endpoint(Protocol.SMTP, Security.NONE)
        draft = replace(chosen(None, end, AuthKind.PASSWORD), address=Address.parse(ALICE.username))
        draft = replace(draft, answered=frozenset({Stage.SERVICE, Stage.ADDRESS, Stage.SERVERS}))
        async with sitting(net(tmp_path), draft=draft) as person:
            await person.answers(ALICE.secret)
            await person.sees("Press Enter again to use it all the same.")
            await person.presses("enter")
            await person.sees("FAIL", "Send it unencrypted")
            assert b"AUTH" not in peer.clear
            await person.chooses("Send it unencrypted")
            await person.sees("!! Send the secret unencrypted?", f"To consent type the server's name: {HOST}")
            await person.answers("yes")
            await person.sees("the secret is kept back.")
            assert b"AUTH" not in peer.clear
            await person.presses("ctrl+u")
            await person.answers(HOST)
            await person.sees("Sending works.", f"!! The secret went unencrypted to {end.place}")
            assert re.search(r"!! +sign in", person.screen)
            assert peer.clear.count(b"AUTH PLAIN ") == 1
            await person.presses("f5")
            await person.sees("FAIL", "Send it unencrypted")
            assert peer.clear.count(b"AUTH PLAIN ") == 1
        peer.clear = b""


async def test_the_clock_of_a_step_tells_how_long_it_may_take() -> None:
    async with practising("port_blocked") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees(f"/{LIMITS.step:g} s")
        await person.presses("ctrl+c")
        await person.sees("Stopped.")
        assert person.app.question.draft.until is Until.SIGN_IN
