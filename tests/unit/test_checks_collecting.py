"""A message to oneself where the mailbox is read over POP3, and where Gmail keeps what is removed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.scripted import Heard
from tests.unit.test_checks_delivery import HOST, QUICK, arrival, box, causes, check, draft, ours

from mailwizard.checks import Limits, collecting, verify
from mailwizard.cli.verdict import exit_code
from mailwizard.draft import Draft
from mailwizard.model import Credential, Outcome, Protocol, Step, Until
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.mailboxes import Message
from mailwizard.sandbox.scenarios import all_well
from mailwizard.sandbox.servers import pop3
from mailwizard.storage import journal

POP3 = Protocol.POP3
POP3_PLACE = f"{HOST}:995"
FOREIGN = Message("x@y.example", (), b"Subject: keep\r\nMessage-ID: <keep@y.example>\r\n\r\nkeep\r\n")


@pytest.fixture(autouse=True)
def with_pop3(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the practice host serve POP3 too."""
    build = all_well.build

    async def built(world: World) -> None:
        await build(world)
        world.services[HOST, 995] = replace(world.services[HOST, 993], server="pop3")

    monkeypatch.setattr(all_well, "build", built)


def by_pop3(world: World) -> Draft:
    return draft(world, POP3)


async def test_over_pop3_a_message_comes_back_and_exactly_it_is_removed() -> None:
    async with open_world("all-well") as world:
        for _ in range(3):
            box(world).put("INBOX", FOREIGN)
        heard, chosen = await check(world, Limits(step=5, check=20, delivery=5), by_pop3(world))
        assert [fact.code for fact in heard if fact.outcome is Outcome.FAIL] == []
        told = arrival(heard)
        assert (told.fact("folder"), told.fact("from")) == ("INBOX", world.address)
        assert world.logins[POP3_PLACE] == 1 + int(told.fact("logins")) and "more sign-in" in told.detail
        removed = next(fact for fact in heard if fact.fact("removed"))
        assert (removed.fact("removed"), removed.fact("left")) == ("1", "0")
        assert ("append", "skip", "delivery.no-sent-folder") in heard.ends(POP3)
        assert [message.uid for message in box(world).messages] == [1, 2, 3] and ours(world) == 0
        assert journal.entries(POP3_PLACE, world.address) == ()
        assert exit_code(chosen.evidence, Until.DELIVERY) == 0 and len(chosen.proven) == 2


async def test_the_pauses_between_logins_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "FIRST", 0.1)
    async with open_world("all-well") as world:
        box(world).into = ""
        heard, _ = await check(world, QUICK, by_pop3(world))
        assert (arrival(heard).code, arrival(heard).outcome) == ("delivery.lost", Outcome.FAIL)
        assert "may lie in junk" in arrival(heard).detail
        # 0.1, 0.17, 0.29, 0.49 and what is left of 1.2 s.
        assert 3 <= world.logins[POP3_PLACE] - 1 <= 5
        assert len(journal.entries(POP3_PLACE, world.address)) == 1


async def test_a_server_that_wants_a_pause_between_logins_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "FIRST", 0.1)
    told = ["TOP", "USER", "SASL PLAIN", "LOGIN-DELAY 1"]
    monkeypatch.setattr(pop3._Session, "_capabilities", lambda self: told)
    async with open_world("all-well") as world:
        heard, _ = await check(world, Limits(step=5, check=20, delivery=3), by_pop3(world))
        assert arrival(heard).outcome is Outcome.OK and float(arrival(heard).fact("delay")) >= 1
        assert world.logins[POP3_PLACE] == 2
    async with open_world("all-well") as world:
        box(world).into = ""
        heard, _ = await check(world, Limits(step=5, check=20, delivery=2.5), by_pop3(world))
        assert arrival(heard).code == "delivery.lost" and world.logins[POP3_PLACE] == 3


@pytest.mark.parametrize(
    ("capabilities", "reason"),
    [(["USER", "SASL PLAIN"], "TOP"), (["TOP", "USER", "SASL PLAIN", "LOGIN-DELAY 300"], "LOGIN-DELAY")],
)
async def test_a_mailbox_that_cannot_be_watched_is_left_to_the_person(
    monkeypatch: pytest.MonkeyPatch, capabilities: list[str], reason: str
) -> None:
    monkeypatch.setattr(pop3._Session, "_capabilities", lambda self: capabilities)
    async with open_world("all-well") as world:
        heard, chosen = await check(world, QUICK, by_pop3(world))
        assert any(reason in fact.detail for fact in heard if fact.step is Step.MAILBOX)
        assert any(fact.code == "delivery.unseen" for fact in heard)
        assert world.logins[POP3_PLACE] == 1 and ours(world) == 1
        assert exit_code(chosen.evidence, Until.DELIVERY) == 0
        assert len(journal.entries(POP3_PLACE, world.address)) == 1


@pytest.mark.parametrize("incoming", [Protocol.IMAP, POP3])
async def test_what_was_left_is_removed_at_the_next_sign_in(incoming: Protocol) -> None:
    async with open_world("all-well") as world:
        token = "0" * 32
        place = f"{HOST}:{995 if incoming is POP3 else 993}"
        journal.keep(token, place, world.address)
        box(world).put("INBOX", FOREIGN)
        box(world).put("INBOX", Message("", (), f"X-Mailwizard: {token}\r\n\r\nours\r\n".encode()))
        box(world).put("INBOX", Message("", (), f"Subject: X-Mailwizard: {token}\r\n\r\nnot ours\r\n".encode()))
        heard = Heard()
        who = Credential(world.address, world.password)
        await verify(draft(world, incoming), who, world.net, heard, Until.SIGN_IN)
        assert [fact.fact("removed-earlier") for fact in heard if fact.step is Step.MAILBOX][-1] == "1"
        assert [message.uid for message in box(world).messages] == [1, 3]
        assert journal.entries(place, world.address) == ()
        heard.clear()
        await verify(draft(world, incoming), who, world.net, heard, Until.SIGN_IN)
        assert not [fact for fact in heard if fact.step is Step.MAILBOX], "where nothing is left nothing is asked"


async def test_a_cancelled_wait_over_pop3_is_quick_and_the_message_remembered() -> None:
    async with open_world("all-well") as world:
        box(world).into = ""
        heard, waiting = Heard(), asyncio.Event()

        def tell(fact: object) -> None:
            heard(fact)  # type: ignore[arg-type]
            if heard[-1].detail.startswith("under way"):
                waiting.set()

        who = Credential(world.address, world.password)
        run = asyncio.ensure_future(verify(by_pop3(world), who, world.net, tell, Until.DELIVERY))
        await asyncio.wait_for(waiting.wait(), 10)
        watch = Stopwatch()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert watch.seconds < 0.3
        assert arrival(heard).code == "cancelled"
        assert len(journal.entries(POP3_PLACE, world.address)) == 1


def at_gmail(world: World) -> Draft:
    chosen = draft(world)
    assert chosen.incoming and chosen.outgoing
    incoming = replace(chosen.incoming, endpoint=replace(chosen.incoming.endpoint, host="imap.gmail.com"))
    outgoing = replace(chosen.outgoing, endpoint=replace(chosen.outgoing.endpoint, host="smtp.gmail.com"))
    return replace(chosen, incoming=incoming, outgoing=outgoing)


async def test_gmail_keeps_nothing_of_ours_in_all_mail() -> None:
    async with open_world("gmail-app-password") as world:
        box(world).put("INBOX", FOREIGN)
        heard, _ = await check(world, chosen=at_gmail(world))
        assert [fact.code for fact in heard if fact.outcome is Outcome.FAIL] == []
        append = next(fact for fact in heard if fact.step is Step.APPEND and fact.outcome is Outcome.OK)
        assert (append.fact("folder"), append.fact("sent-copy")) == ("[Gmail]/Sent Mail", "server")
        assert ours(world) == 0 and len(box(world).filed["[Gmail]/All Mail"]) == 1
        assert len(box(world).messages) == 1
        assert journal.entries("imap.gmail.com:993", world.address) == ()


async def test_gmail_without_a_visible_trash_is_left_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from mailwizard.sandbox.manners import Google

    seen = tuple(folder for folder in Google.imap_folders if folder[1] != r"\Trash")
    monkeypatch.setattr(Google, "imap_folders", seen)
    async with open_world("gmail-app-password") as world:
        heard, chosen = await check(world, chosen=at_gmail(world))
        left = next(fact for fact in heard if fact.code == "delivery.left")
        assert "[Gmail]/All Mail" in left.detail and left.outcome is Outcome.WARN
        assert "test_message_left" in causes(chosen)
        assert len(journal.entries("imap.gmail.com:993", world.address)) == 1


async def test_without_move_a_message_is_copied_to_the_trash(monkeypatch: pytest.MonkeyPatch) -> None:
    from mailwizard.sandbox.manners import Google

    monkeypatch.setattr(Google, "imap_extensions", tuple(name for name in Google.imap_extensions if name != "MOVE"))
    async with open_world("gmail-app-password") as world:
        heard, _ = await check(world, chosen=at_gmail(world))
        assert [fact.code for fact in heard if fact.outcome is Outcome.FAIL] == [] and ours(world) == 0


async def test_a_message_that_pop3_does_not_remove_is_left_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = pop3._Session._answer

    def refusing(self: pop3._Session, name: str, number: str, message: Message) -> None:
        if name == "DELE":
            self._wire.write("-ERR [SYS/PERM] read only")
        else:
            answer(self, name, number, message)

    monkeypatch.setattr(pop3._Session, "_answer", refusing)
    async with open_world("all-well") as world:
        heard, chosen = await check(world, Limits(step=5, check=20, delivery=5), by_pop3(world))
        left = next(fact for fact in heard if fact.code == "delivery.left")
        assert (left.outcome, left.fact("left"), arrival(heard).fact("removal")) == (Outcome.WARN, "1", "pop3.sys/perm")
        assert "test_message_left" in causes(chosen) and ours(world) == 1
        assert len(journal.entries(POP3_PLACE, world.address)) == 1


async def test_a_password_that_is_refused_while_we_wait_is_not_offered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "FIRST", 0.1)
    async with open_world("all-well") as world:
        heard = Heard()
        box(world).into = ""

        def tell(fact: object) -> None:
            heard(fact)  # type: ignore[arg-type]
            if heard[-1].fact("message") == "sent":
                box(world).password = "changed meanwhile"

        who = Credential(world.address, world.password)
        await verify(by_pop3(world), who, world.net, tell, Until.DELIVERY, limits=Limits(5, 20, 4))
        assert (arrival(heard).outcome, arrival(heard).code) == (Outcome.FAIL, "pop3.auth")
        assert world.logins[POP3_PLACE] == 2


async def test_a_mailbox_that_is_busy_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "FIRST", 0.1)
    judge, seen = pop3._Session._judge, list[str]()

    def busy(self: pop3._Session, mechanism: str, secret: str) -> None:
        seen.append(mechanism)
        if len(seen) == 2:
            self._wire.write("-ERR [IN-USE] another session has the mailbox")
        else:
            judge(self, mechanism, secret)

    monkeypatch.setattr(pop3._Session, "_judge", busy)
    async with open_world("all-well") as world:
        heard, _ = await check(world, Limits(step=5, check=20, delivery=5), by_pop3(world))
        assert arrival(heard).outcome is Outcome.OK and len(seen) == 3
