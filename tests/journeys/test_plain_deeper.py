"""How deep to check, line by line: four depths with their costs, consents, and what a stop had let happen."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.plain_run import Asked, asking, practising_plainly
from tests.journeys.test_wizard_deeper import READABLE, messages, sending
from tests.unit.scripted import ALICE, HOST, Peer, net
from tests.unit.scripted import draft as chosen

from mailwizard.draft import Stage
from mailwizard.model import Address, AuthKind, Protocol, Security, Until
from mailwizard.net import Record
from mailwizard.sandbox.world import World

BOTH = "Receiving and sending work."


async def passes(person: Asked, world: World) -> None:
    """Get to a check that has passed as deep as a sign-in."""
    await person.gets_to_sign_in(world.address)
    await person.signs_in(world.password)
    await person.sees(BOTH, "What now?")


async def looks_deeper(person: Asked) -> None:
    await person.sees("What now?")
    await person.chooses("Go deeper")
    await person.sees("How deep shall it be checked?")


async def test_every_depth_is_named_with_what_it_costs_and_no_is_taken_for_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await passes(person, world)
        await looks_deeper(person)
        await person.sees("Only reach the servers: no login", "Sign in: one login each")
        await person.sees("Ask whether this From is let through: one login, nothing is sent")
        await person.sees("Send one message to yourself: one login each, one message")
        await person.answers("?")
        await person.sees("One short message goes from alice@practice.example to yourself.")
        await person.chooses("Send one message")
        await person.sees("It is waited for, also in Junk", "It costs one login each, one message.")
        await person.answers("")
        await looks_deeper(person)
        await person.answers(":back")
        await person.sees("What now? (page 5-C)")
        assert set(world.logins.values()) == {1}
        assert not messages(world)


async def test_only_reaching_the_servers_needs_no_secret_and_signing_in_comes_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.chooses("Only reach the servers")
        await person.sees("Both servers answer and prove by certificate who is there.", "1. Sign in")
        assert not world.logins
        await looks_deeper(person)
        await person.chooses("Send one message")
        await person.sees("Sign-in, 4 of 7", "To sign in your secret is needed.")
        await person.signs_in(world.password)
        await person.sees(BOTH)
        assert set(world.logins.values()) == {1}
        assert not messages(world)


async def test_a_message_to_oneself_proves_both_ways_and_nothing_of_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await passes(person, world)
        await looks_deeper(person)
        await person.chooses("Send one message")
        await person.answers("yes")
        await person.sees(
            "OK: message, mail.practice.example:465",
            "a message to yourself went out and came in.",
            "Safe: to send as alice@practice.example: yes.",
            "removed exactly",
        )
        assert set(world.logins.values()) == {2}
        assert not messages(world)
        await person.chooses("Check again")
        await person.sees("It sends one more message to yourself.")
        await person.answers("")
        await person.sees("What now?")
        assert set(world.logins.values()) == {2}


async def test_waiting_for_a_message_is_told_now_and_then_and_a_stop_says_what_had_happened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await passes(person, world)
        world.mailboxes.mailboxes[world.address].into = ""
        await looks_deeper(person)
        await person.chooses("Send one message")
        await person.answers("yes")
        await person.sees("RUNNING: mailbox, mail.practice.example:993, ", "under way for")
        os.kill(os.getpid(), signal.SIGINT)
        await person.sees("Stopped. The secret had been offered to mail.practice.example:993 (it was taken)")
        await person.sees("a message to yourself was sent. It is still there or on its way", "What now?")
        assert not person.draft.send_only


async def test_a_check_of_the_sender_asks_the_outgoing_server_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await passes(person, world)
        await looks_deeper(person)
        await person.chooses("Ask whether")
        await person.answers("yes")
        await person.sees("alice@practice.example is let through by mail.practice.example.")
        assert sorted(world.logins.values()) == [1, 2]
        assert not messages(world)


async def test_a_doubtful_from_is_named_with_the_record_to_publish_and_a_note_for_the_admin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        world.zone.remove("practice.example", "TXT")
        world.zone.add("practice.example", Record("TXT", "v=spf1 ip4:192.0.2.1 -all", ttl=300))
        await passes(person, world)
        await looks_deeper(person)
        await person.chooses("Ask whether")
        await person.answers("yes")
        await person.sees("Safe: to send as alice@practice.example: not quite", "does not name this server")
        await person.chooses("Note for the admin")
        await person.sees("receivers may doubt or refuse it", 'practice.example. TXT "v=spf1 ip4:192.0.2.1')


async def test_where_there_is_no_mailbox_the_person_types_the_mark_that_came(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "all_well", told=False) as (first, world):
        await first.ends()
        async with asking(monkeypatch, world.net, draft=sending(world)) as person:
            await person.signs_in(world.password)
            await person.sees("Sending works.")
            await looks_deeper(person)
            await person.chooses("Send one message")
            await person.answers("yes")
            await person.sees("The server took the message. Did it arrive?", "It arrived")
            (content,) = messages(world)
            mark = re.search(r"Message-ID: <([0-9a-f]+)@", content)
            assert mark is not None and mark[1] not in person.all
            await person.chooses("It arrived")
            await person.sees("Did the message arrive?", "also into Junk")
            await person.answers("0123 4567")
            await person.sees("That is the mark of another message")
            await person.answers(f"{mark[1][:4]} {mark[1][4:8].upper()}")
            await person.sees("Sending works: a message to yourself went out and came in.", "You saw it arrive")


async def test_a_secret_goes_unencrypted_only_where_the_servers_name_was_typed_and_that_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Peer(READABLE) as peer:
        end = peer.endpoint(Protocol.SMTP, Security.NONE)
        draft = replace(chosen(None, end, AuthKind.PASSWORD), address=Address.parse(ALICE.username))
        draft = replace(draft, answered=frozenset({Stage.SERVICE, Stage.ADDRESS, Stage.SERVERS}))
        async with asking(monkeypatch, net(tmp_path), draft=draft) as person:
            await person.signs_in(ALICE.secret)
            await person.chooses("Use it all the same")
            await person.sees("FAIL:", "Send it unencrypted")
            assert b"AUTH" not in peer.clear
            await person.chooses("Send it unencrypted")
            await person.sees("!! Send the secret unencrypted?", f"To consent type the server's name: {HOST}")
            await person.answers("yes")
            await person.sees("the secret is kept back.", "What now?")
            assert b"AUTH" not in peer.clear
            await person.chooses("Send it unencrypted")
            await person.answers(HOST)
            await person.sees("Sending works.", f"!!: The secret went unencrypted to {end.place}", "!!: sign in,")
            assert peer.clear.count(b"AUTH PLAIN ") == 1
            await person.chooses("Check again")
            await person.sees("FAIL:", "Send it unencrypted")
            assert peer.clear.count(b"AUTH PLAIN ") == 1
            assert ALICE.secret not in person.all
        peer.clear = b""


async def test_a_step_that_takes_long_says_how_long_it_may_take_and_a_stop_leaves_the_depth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with practising_plainly(monkeypatch, "port_blocked") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.password)
        await person.sees("RUNNING: connect, mail.practice.example:587, ", " s of at most 15 s")
        os.kill(os.getpid(), signal.SIGINT)
        await person.sees(
            "Stopped. The secret had been offered to mail.practice.example:993 (it was taken); nothing else was sent."
        )
        assert person.draft.until is Until.SIGN_IN
