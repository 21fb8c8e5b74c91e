"""Every step ends in evidence, whatever happens in it."""

from __future__ import annotations

import asyncio

import pytest

from mailwizard.model import Candidate, Evidence, Failure, Outcome, Step
from mailwizard.witness import Skip, Witness, watch_all


class Listener(list[Evidence]):
    """Keeps what is told."""

    def __call__(self, fact: Candidate | Evidence) -> None:
        assert isinstance(fact, Evidence)
        self.append(fact)

    @property
    def outcomes(self) -> list[Outcome]:
        return [seen.outcome for seen in self]


async def test_a_step_that_ends_well_tells_its_beginning_and_its_end() -> None:
    told = Listener()
    async with Witness("imap", told).step(Step.RESOLVE) as note:
        note.detail = "2 addresses"
        note.add(("addresses", "192.0.2.1"))
    assert told.outcomes == [Outcome.RUNNING, Outcome.OK]
    assert (told[1].detail, told[1].fact("addresses")) == ("2 addresses", "192.0.2.1")
    assert told[1].seconds >= 0


async def test_a_warning_is_kept() -> None:
    told = Listener()
    async with Witness("imap", told).step(Step.RESOLVE) as note:
        note.warn("dns.timeout", "IPv6 gave no answer")
    assert (told[1].outcome, told[1].code) == (Outcome.WARN, "dns.timeout")


async def test_a_failure_is_told_and_raised_on_with_every_fact() -> None:
    told = Listener()
    with pytest.raises(Failure):
        async with Witness("smtp", told).step(Step.SIGN_IN) as note:
            note.add(("mechanism", "PLAIN"))
            raise Failure("smtp.535", "no", enhanced="5.7.8", facts=(("more", "x"),))
    end = told[1]
    assert (end.outcome, end.code, end.enhanced, end.detail) == (Outcome.FAIL, "smtp.535", "5.7.8", "no")
    assert end.facts == (("mechanism", "PLAIN"), ("more", "x"))


async def test_a_skip_is_told_and_raised_on() -> None:
    told = Listener()
    with pytest.raises(Skip):
        async with Witness("imap", told).step(Step.SIGN_IN):
            raise Skip("sign-in.kind", "takes no password")
    assert (told[1].outcome, told[1].code) == (Outcome.SKIP, "sign-in.kind")


async def test_a_step_without_an_answer_ends_at_its_limit() -> None:
    told = Listener()
    with pytest.raises(Failure) as slow:
        async with Witness("smtp", told).step(Step.GREETING, limit=0.01):
            await asyncio.Event().wait()
    assert slow.value.code == told[1].code == "timeout"
    assert "0.01 s" in told[1].detail


async def test_anything_unforeseen_becomes_a_bug_of_ours() -> None:
    told = Listener()
    with pytest.raises(Failure) as bug:
        async with Witness("smtp", told).step(Step.GREETING):
            raise KeyError("hunter2")
    assert bug.value.code == told[1].code == "bug"
    assert bug.value.detail.startswith(f"a mistake of mailwizard itself: KeyError at {__name__} line ")
    assert "hunter2" not in told[1].detail + bug.value.detail


async def test_a_cancelled_step_says_so_and_stays_cancelled() -> None:
    told = Listener()

    begun = asyncio.Event()

    async def wait() -> None:
        async with Witness("smtp", told).step(Step.CONNECT):
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told[1].code == "cancelled"


async def test_outside_text_is_made_harmless_on_its_way() -> None:
    told = Listener()
    with pytest.raises(Failure):
        async with Witness("smtp", told).step(Step.GREETING) as note:
            note.add(("text", "\x1b[2J"))
            raise Failure("smtp.554", "\x1b]52;c;x\x07[/bold]")
    assert all(text.isprintable() for text in (told[1].detail, told[1].fact("text")))
    assert "[/bold]" in told[1].detail


async def test_one_job_that_fails_stops_no_other() -> None:
    told = Listener()

    async def fails(witness: Witness) -> None:
        async with witness.step(Step.DISCOVER):
            raise Failure("dns.nxdomain")

    async def works(witness: Witness) -> None:
        await asyncio.sleep(0)
        async with witness.step(Step.DISCOVER):
            pass
        witness.skip(Step.MAILBOX, "needless", "nothing to do")

    await watch_all({"a": fails, "b": works}, told)
    ends = {(seen.subject, seen.step): seen.outcome for seen in told if seen.outcome is not Outcome.RUNNING}
    assert ends == {
        ("a", Step.DISCOVER): Outcome.FAIL,
        ("b", Step.DISCOVER): Outcome.OK,
        ("b", Step.MAILBOX): Outcome.SKIP,
    }
