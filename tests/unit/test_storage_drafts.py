"""Unfinished accounts survive the end of the program, and hold no secret."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailwizard.draft import Draft, Service, Stage
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Endpoint,
    Evidence,
    Failure,
    Outcome,
    Protocol,
    Role,
    Security,
    Step,
    Trust,
    Until,
)
from mailwizard.storage import drafts

ALICE = Address.parse("alice@bücher.example")
IMAP = Candidate(
    Endpoint(Protocol.IMAP, "imap.example.com", 993, Security.TLS), "alice", (AuthKind.PASSWORD,), "mx", Trust.PUBLISHED
)
SMTP = Candidate(
    Endpoint(Protocol.SMTP, "smtp.example.com", 465, Security.TLS),
    "alice",
    (AuthKind.OAUTH2,),
    "srv",
    Trust.GUESS,
    "why",
)


def seen(step: Step, outcome: Outcome) -> Evidence:
    return Evidence(str(IMAP.endpoint), step, outcome, "smtp.535", "5.7.8", "says <é>", 0.25, (("version", "TLSv1.3"),))


def full_draft() -> Draft:
    """Return a draft with something in every field."""
    draft = Draft().with_service(Service.MICROSOFT).with_address(ALICE, "Alice Ä.")
    draft = draft.found((IMAP, SMTP)).notice(seen(Step.DISCOVER, Outcome.OK)).with_servers(IMAP, SMTP)
    draft = draft.with_sign_in(AuthKind.APP_PASSWORD).learn(seen(Step.CONNECT, Outcome.OK))
    return replace(draft, until=Until.REACH, role=Role.COMPANY, owner="bob", store="vault", name="work")


def folder(home: Path) -> Path:
    return home / ".local/state/mailwizard/drafts"


def test_nothing_kept_is_nothing_to_resume() -> None:
    assert drafts.resume() is None
    drafts.discard()


def test_everything_but_the_sign_in_comes_back() -> None:
    draft = full_draft()
    drafts.keep(draft)
    back = drafts.resume()
    assert back == replace(draft, answered=draft.answered - {Stage.SIGN_IN})
    assert back is not None and back.stage is Stage.SIGN_IN
    assert back.evidence == draft.evidence and back.clues == draft.clues and back.candidates == draft.candidates


def test_a_draft_that_asks_for_no_secret_comes_back_whole() -> None:
    open_relay = replace(SMTP, auth=(AuthKind.NONE,))
    draft = Draft().with_service(Service.SENDING).with_address(ALICE, "").with_servers(None, open_relay)
    drafts.keep(draft)
    assert drafts.resume() == draft


def test_what_was_running_when_it_was_kept_does_not_run_any_more() -> None:
    draft = full_draft().learn(seen(Step.GREETING, Outcome.RUNNING))
    drafts.keep(draft)
    back = drafts.resume()
    assert back is not None
    assert [evidence.outcome for evidence in back.evidence] == [Outcome.OK]


def test_drafts_are_private_and_hold_no_secret(home: Path) -> None:
    drafts.keep(full_draft())
    (path,) = folder(home).glob("*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert b"secret" not in path.read_bytes()
    assert not list(folder(home).glob("*.old"))


def test_the_latest_of_several_is_offered_and_each_is_kept(home: Path) -> None:
    first, second = full_draft(), Draft().with_address(Address.parse("bob@example.com"), "")
    drafts.keep(second)
    drafts.keep(first)
    for number, path in enumerate(sorted(folder(home).glob("*.json"), reverse=True)):
        os.utime(path, ns=(number, number))
    assert drafts.resume() is not None and drafts.resume().address == ALICE  # type: ignore[union-attr]
    drafts.discard(first)
    assert drafts.resume() == second
    drafts.discard()
    assert drafts.resume() is None


def test_a_draft_gets_its_name_with_its_address(home: Path) -> None:
    drafts.keep(Draft().with_service(Service.GOOGLE))
    assert len(list(folder(home).glob("*.json"))) == 1
    drafts.keep(full_draft())
    assert [path.name for path in folder(home).glob("*.json")] == ["alice@xn--bcher-kva.example.json"]


def test_a_finished_draft_is_not_offered() -> None:
    drafts.keep(replace(full_draft(), answered=frozenset(Stage) - {Stage.DONE}))
    offered = drafts.resume()
    assert offered is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"schema": 1}',
        b'{"schema": 99, "draft": {}}',
        b'{"schema": "1", "draft": {}}',
        b'{"schema": 1, "draft": {"address": 5}}',
        b'{"schema": 1, "draft": {"answered": ["lunch"]}}',
        b"[" * 100_000,
    ],
)
def test_an_unreadable_draft_is_set_aside_and_named(home: Path, text: bytes) -> None:
    drafts.keep(full_draft())
    (path,) = folder(home).glob("*.json")
    path.write_bytes(text)
    said: list[str] = []
    assert drafts.resume(said.append) is None
    assert len(said) == 1 and path.name in said[0] and said[0].isprintable()
    assert not path.exists()
    (aside,) = folder(home).glob("*.bad-*")
    assert aside.read_bytes() == text
    assert drafts.resume() is None
    drafts.keep(full_draft())
    assert drafts.resume() is not None


def test_a_damaged_draft_does_not_hide_a_good_one(home: Path) -> None:
    drafts.keep(full_draft())
    bad = folder(home) / "x.json"
    bad.write_bytes(b"{")
    os.utime(bad, ns=(1 << 62, 1 << 62))
    said: list[str] = []
    assert drafts.resume(said.append) is not None
    assert len(said) == 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Draft,
        answered=st.frozensets(st.sampled_from([Stage.SERVICE, Stage.ADDRESS, Stage.SERVERS])),
        service=st.sampled_from(Service),
        address=st.just(ALICE),
        display_name=st.text(st.characters(exclude_categories=["Cs"])),
        clues=st.lists(
            st.builds(
                Evidence,
                st.text(st.characters(exclude_categories=["Cs"])),
                st.sampled_from(Step),
                st.sampled_from([Outcome.OK, Outcome.FAIL, Outcome.WARN, Outcome.SKIP]),
                detail=st.text(st.characters(exclude_categories=["Cs"])),
                seconds=st.floats(0, 1e6),
            )
        ).map(tuple),
        incoming=st.none() | st.just(IMAP),
        outgoing=st.none() | st.just(SMTP),
        until=st.sampled_from(Until),
    )
)
def test_any_draft_comes_back(draft: Draft) -> None:
    drafts.keep(draft)
    assert drafts.resume() == draft


async def test_of_many_that_are_kept_at_once_the_last_one_stays() -> None:
    several = [replace(full_draft(), display_name=str(number)) for number in range(20)]
    await asyncio.gather(*(drafts.keep_async(draft) for draft in several))
    back = drafts.resume()
    assert back is not None and back.display_name == "19"


async def test_a_draft_that_is_being_kept_does_not_come_back_after_it_was_discarded() -> None:
    draft = full_draft()
    await asyncio.gather(*(drafts.keep_async(draft) for _ in range(5)), drafts.discard_async(draft))
    assert drafts.resume() is None


def test_a_home_that_is_gone_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home / "gone"))
    monkeypatch.delenv("XDG_STATE_HOME")
    assert drafts.resume() is None
    with pytest.raises(Failure) as caught:
        drafts.keep(full_draft())
    assert caught.value.code == "store.missing"
