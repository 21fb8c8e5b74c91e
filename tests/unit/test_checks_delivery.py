"""A message to oneself in the practice world: how it comes, what is told of it, and that nothing of it stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.scripted import Heard

from mailwizard.checks import Limits, verify
from mailwizard.checks.confirming import confirm, readable
from mailwizard.cli.verdict import exit_code
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import (
    Address,
    Candidate,
    Credential,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Step,
    Trust,
    Until,
)
from mailwizard.sandbox import World, internet, open_world
from mailwizard.sandbox.mailboxes import Mailbox, Message
from mailwizard.sandbox.manners import Postfix
from mailwizard.storage import journal

IMAP, SMTP, TLS = Protocol.IMAP, Protocol.SMTP, Security.TLS
HOST, PLACE = internet.PRACTICE_HOST, f"{internet.PRACTICE_HOST}:993"
QUICK = Limits(step=5, check=20, delivery=1.2)


def draft(world: World, incoming: Protocol | None = IMAP, **more: Any) -> Draft:
    def chosen(protocol: Protocol, port: int) -> Candidate:
        return Candidate(Endpoint(protocol, HOST, port, TLS), world.address, (), "typed", Trust.CURATED)

    ports = {IMAP: 993, Protocol.POP3: 995}
    receiving = chosen(incoming, ports[incoming]) if incoming else None
    return Draft(address=Address.parse(world.address), incoming=receiving, outgoing=chosen(SMTP, 465), **more)


async def check(world: World, limits: Limits = QUICK, chosen: Draft | None = None, **more: Any) -> tuple[Heard, Draft]:
    heard = Heard()
    chosen = chosen or draft(world)
    who = Credential(world.address, world.password)
    await verify(chosen, who, world.net, heard, Until.DELIVERY, limits=limits, **more)
    for fact in heard:
        chosen = chosen.learn(fact)
    return heard, chosen


def box(world: World) -> Mailbox:
    mailbox = world.mailboxes.find(world.address)
    assert mailbox is not None
    return mailbox


def ours(world: World) -> int:
    """Count what lies in any folder and is ours."""
    folders = [box(world).messages, *box(world).filed.values()]
    return sum(b"X-Mailwizard" in message.content for folder in folders for message in folder)


def arrival(heard: Heard) -> Evidence:
    """Return how the waiting ended."""
    return next(fact for fact in heard if fact.fact("wait") == "message" and fact.outcome is not Outcome.RUNNING)


def causes(chosen: Draft) -> set[str]:
    return {found.cause for found in diagnose(chosen.evidence)}


async def test_a_message_goes_out_comes_back_and_is_removed() -> None:
    async with open_world("all-well") as world:
        heard, chosen = await check(world)
        assert [fact.code for fact in heard if fact.outcome is Outcome.FAIL] == []
        assert exit_code(chosen.evidence, Until.DELIVERY, strict=True) == 0
        told = arrival(heard)
        assert (told.fact("folder"), told.fact("from"), told.fact("return-path")) == (
            "INBOX",
            world.address,
            world.address,
        )
        assert (told.fact("spf"), told.fact("dmarc")) == ("pass", "pass")
        assert told.fact("hop").endswith("TLS")
        append = next(fact for fact in heard if fact.step is Step.APPEND and fact.outcome is Outcome.OK)
        assert (append.fact("sent-copy"), append.fact("copies")) == ("client", "1")
        assert ours(world) == 0
        assert journal.entries(PLACE, world.address) == ()
        assert dict(world.logins) == {PLACE: 1, f"{HOST}:465": 1}


async def test_messages_of_others_stay_also_those_marked_for_removal() -> None:
    async with open_world("all-well") as world:
        mailbox = box(world)
        mailbox.put("INBOX", Message("x@y.example", (), b"Subject: keep\r\n\r\nkeep\r\n"))
        mailbox.put("INBOX", Message("x@y.example", (), b"Subject: marked\r\n\r\nmarked\r\n"))
        mailbox.deleted.add(2)
        await check(world)
        assert [message.uid for message in mailbox.messages] == [1, 2]


async def test_a_message_in_junk_is_found_and_told() -> None:
    async with open_world("all-well") as world:
        box(world).into = "Junk"
        heard, chosen = await check(world)
        assert (arrival(heard).outcome, arrival(heard).code) == (Outcome.WARN, "delivery.junk")
        assert "delivered_to_junk" in causes(chosen)
        assert exit_code(chosen.evidence, Until.DELIVERY) == 0
        assert ours(world) == 0


async def test_a_message_that_never_comes_is_lost_and_still_looked_for_at_the_next_start() -> None:
    async with open_world("all-well") as world:
        mailbox = box(world)
        mailbox.into = ""
        heard, chosen = await check(world)
        assert (arrival(heard).outcome, arrival(heard).code) == (Outcome.FAIL, "delivery.lost")
        assert "queued as" in arrival(heard).detail
        assert "message_lost" in causes(chosen)
        assert exit_code(chosen.evidence, Until.DELIVERY) == 16
        ticks = [fact for fact in heard if fact.outcome is Outcome.RUNNING and "under way" in fact.detail]
        assert 1 <= len(ticks) <= 3
        (entry,) = journal.entries(PLACE, world.address)
        # It comes after all, once nobody waits for it any more.
        mailbox.put("Junk", Message(world.address, (), f"X-Mailwizard: {entry.token}\r\n\r\nlate\r\n".encode()))
        mailbox.into = "INBOX"
        heard, _ = await check(world)
        assert "1" in [fact.fact("removed-earlier") for fact in heard]
        assert ours(world) == 0 and journal.entries(PLACE, world.address) == ()


def rewrite(world: World, change: Callable[[bytes], bytes]) -> None:
    """Let the provider change every message on its way."""
    deliver = world.mailboxes.deliver
    world.mailboxes.deliver = lambda message: deliver(replace(message, content=change(message.content)))  # type: ignore[method-assign]


async def test_a_from_that_was_rewritten_is_told() -> None:
    async with open_world("all-well") as world:
        rewrite(world, lambda content: content.replace(b"\r\nFrom: alice@", b"\r\nFrom: Other <someone@"))
        _, chosen = await check(world)
        assert "from_rewritten" in causes(chosen) and ours(world) == 0


async def test_what_the_receiver_found_wrong_is_told() -> None:
    async with open_world("all-well") as world:
        rewrite(world, lambda content: content.replace(b"spf=pass", b"spf=fail").replace(b"dmarc=pass", b"dmarc=fail"))
        _, chosen = await check(world)
        assert {"dmarc_fails", "spf_missing_server"} <= causes(chosen)
        assert exit_code(chosen.evidence, Until.DELIVERY) == 0


async def test_a_message_whose_id_was_rewritten_is_known_by_its_header() -> None:
    async with open_world("all-well") as world:
        rewrite(world, lambda content: content.replace(b"Message-ID: <", b"Message-ID: <new."))
        heard, _ = await check(world)
        assert arrival(heard).outcome is Outcome.OK and ours(world) == 0


async def test_a_copy_that_the_server_saves_is_seen_and_none_is_added() -> None:
    async with open_world("all-well") as world:
        box(world).keeps_sent = True
        heard, _ = await check(world)
        append = next(fact for fact in heard if fact.step is Step.APPEND and fact.outcome is Outcome.OK)
        assert append.fact("sent-copy") == "server" and ours(world) == 0


async def test_two_copies_in_sent_are_told() -> None:
    async with open_world("all-well") as world:
        mailbox = box(world)
        mailbox.keeps_sent = True
        rewrite(world, lambda content: mailbox.put("Sent", Message("", (), content)) or content)  # type: ignore[func-returns-value]
        _, chosen = await check(world)
        assert "sent_copy_doubled" in causes(chosen) and ours(world) == 0


async def test_without_uidplus_our_message_is_left_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tuple(name for name in Postfix.imap_extensions if name not in {"UIDPLUS", "IDLE", "LITERAL+"})
    monkeypatch.setattr(Postfix, "imap_extensions", kept)
    async with open_world("all-well") as world:
        heard, _ = await check(world)
        assert arrival(heard).outcome is Outcome.OK, "without IDLE it is found by asking again"
        left = next(fact for fact in heard if fact.code == "delivery.left")
        assert (left.outcome, left.fact("left")) == (Outcome.WARN, "2")
        assert ours(world) == 2 and box(world).deleted == set()
        assert len(journal.entries(PLACE, world.address)) == 1


async def test_nothing_is_sent_where_the_from_is_refused_or_the_mailbox_is_closed() -> None:
    async with open_world("all-well") as world:
        heard, chosen = await check(world, senders=[Address.parse("boss@practice.example")])
        assert ("data", "skip", "delivery.not-sent") in heard.ends(SMTP)
        assert exit_code(chosen.evidence, Until.DELIVERY) == 15
    async with open_world("all-well") as world:
        del world.services[HOST, 993]
        incoming = draft(world).incoming
        assert incoming
        closed = replace(incoming, endpoint=replace(incoming.endpoint, port=994))
        heard, chosen = await check(world, chosen=replace(draft(world), incoming=closed))
        assert ("data", "skip", "delivery.no-mailbox") in heard.ends(SMTP)
        assert exit_code(chosen.evidence, Until.DELIVERY) == 11 and ours(world) == 0


async def test_without_a_mailbox_the_person_is_told_what_to_look_for() -> None:
    async with open_world("all-well") as world:
        heard, chosen = await check(world, chosen=draft(world, None))
        unseen = next(fact for fact in heard if fact.code == "delivery.unseen")
        token = next(fact.fact("token") for fact in heard if fact.fact("token"))
        assert readable(token[:8]) in unseen.detail
        shown = box(world).messages[-1].content.decode()
        assert f"Its mark: {readable(token)}" in shown
        (_, aloud), *_ = [line.split(": ") for line in shown.splitlines() if line.startswith("Its mark")]
        assert exit_code(chosen.evidence, Until.DELIVERY, strict=True) == 17
        for wrong in ("", token[:7], token[1:], token + "0", "f" * 32):
            with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
                confirm(chosen, wrong)
        for right in (token, token[:8].upper(), f"  {readable(token[:12])} ", aloud):
            seen = confirm(chosen, right)
            assert (seen.step, seen.outcome, seen.fact("seen-by")) == (Step.MAILBOX, Outcome.OK, "person")
        confirmed = chosen.learn(seen)
        assert exit_code(confirmed.evidence, Until.DELIVERY, strict=True) == 0
        with pytest.raises(ValueError, match="waiting"):
            confirm(confirmed, token)
        assert ours(world) == 1 and exit_code(chosen.evidence, Until.DELIVERY) == 0


async def test_a_cancelled_check_removes_what_has_arrived_and_is_quick() -> None:
    async with open_world("all-well") as world:
        heard, waiting = Heard(), asyncio.Event()
        who = Credential(world.address, world.password)
        mailbox = box(world)
        mailbox.into = ""

        def tell(fact: Candidate | Evidence) -> None:
            heard(fact)
            if heard[-1].detail.startswith("under way"):
                waiting.set()

        run = asyncio.ensure_future(verify(draft(world), who, world.net, tell, Until.DELIVERY))
        await waiting.wait()
        (entry,) = journal.entries(PLACE, world.address)
        mailbox.put("Sent", Message(world.address, (), f"X-Mailwizard: {entry.token}\r\n\r\n".encode()))
        watch = Stopwatch()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert watch.seconds < 0.3
        assert ours(world) == 0
        assert arrival(heard).code == "cancelled"


async def test_a_name_that_no_header_may_hold_is_refused_before_anything_is_sent() -> None:
    async with open_world("all-well") as world:
        for mark in ("\0", "\x1b", "\n", "\x9b", "\u2028"):
            with pytest.raises(ValueError, match="control character"):
                await check(world, chosen=draft(world, display_name=f"Alice{mark}B"))
        assert dict(world.logins) == {}


async def test_each_from_asked_about_gets_a_verdict_of_its_own() -> None:
    async with open_world("from-not-owned") as world:
        heard, own, boss = Heard(), Address.parse("alice@practice.example"), Address.parse("boss@practice.example")
        who = Credential(world.address, world.password)
        await verify(draft(world), who, world.net, heard, Until.SENDER, senders=[boss, own])
        verdicts = {fact.fact("from"): fact.fact("verdict") for fact in heard if fact.fact("verdict")}
        assert verdicts == {str(boss): "not-safe", str(own): "probably-safe"}
        assert {fact.outcome for fact in heard if fact.fact("verdict")} == {Outcome.SKIP, Outcome.OK}


async def test_the_verdict_follows_from_the_message_that_arrived() -> None:
    async with open_world("all-well") as world:
        heard, _ = await check(world)
        assert [fact.fact("verdict") for fact in heard if fact.fact("verdict")] == ["safe"]
    async with open_world("all-well") as world:
        rewrite(world, lambda content: content.replace(b"\r\nFrom: alice@", b"\r\nFrom: Other <someone@"))
        heard, _ = await check(world)
        assert [fact.fact("verdict") for fact in heard if fact.fact("verdict")] == ["not-safe"]
