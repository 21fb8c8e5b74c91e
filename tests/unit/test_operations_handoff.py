"""Hand-off, request and answer files: what is in them, what never is, and what a hostile one comes to."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.papers import ACCOUNT, FULL, SERVER, TOKENS, answered, asked, handed, saved

from mailwizard.draft import Stage
from mailwizard.model import Address, AuthKind, State, Trust
from mailwizard.operations import handoff, papers, request
from mailwizard.operations.short_code import code_of, read_code
from mailwizard.storage import clients, profiles, servers
from mailwizard.storage.clients import SavedClient

READERS: dict[str, Any] = {"hand-off": handoff.read, "request": request.read, "answer": request.read_answer}


def test_what_is_handed_over_comes_back_as_it_was_without_a_secret() -> None:
    account, server = handoff.parts(handoff.read(handed()))
    assert server == SERVER
    assert account == replace(ACCOUNT, state=State.DRAFT)


def test_nothing_of_the_secret_or_of_what_a_check_saw_is_in_the_file() -> None:
    clients.save(SavedClient("google", "MINE.apps.example", client_secret="env:MARK_CLIENT", key="file:/MARK-key"))
    data = papers.encode(handoff.make(saved(FULL, TOKENS)))
    assert b"MARK" not in data and b'secret":' not in data.replace(b'needs_secret":', b"")
    paper = handoff.read(data)
    assert paper.program is not None and paper.program.client_id == "MINE.apps.example"
    assert paper.program.needs_secret and handoff.registration_of(paper) is None
    assert paper.missing == ("oauth2",)


def test_a_public_program_goes_along() -> None:
    clients.save(SavedClient("google", "PUBLIC.apps.example", "tenant-1"))
    known = handoff.registration_of(handoff.read(papers.encode(handoff.make(saved(FULL, TOKENS)))))
    assert known is not None and (known.issuer, known.client_id, known.tenant) == (
        "google",
        "PUBLIC.apps.example",
        "tenant-1",
    )


def test_the_wizard_begins_with_what_is_missing_and_trusts_the_servers_as_a_persons() -> None:
    draft = handoff.draft_of(handoff.read(handed()))
    assert draft.stage is Stage.SIGN_IN
    assert {c.trust for c in draft.chosen} == {Trust.PUBLISHED} and draft.chosen[0].username == "ACME\\alice"
    nobody = replace(SERVER, incoming=None, outgoing_auth=AuthKind.NONE)
    draft = handoff.draft_of(handoff.read(papers.encode(handoff.make(saved(server=nobody)))))
    assert draft.stage is Stage.VALIDATE


def test_it_is_saved_as_a_draft_beside_what_is_there() -> None:
    paper = handoff.read(handed())
    profiles.save(replace(ACCOUNT, name="other"), replace(SERVER, domain="ELSEWHERE"))
    assert handoff.save(paper).state is State.DRAFT
    there = profiles.load("work")
    assert there.server == replace(SERVER, name="work"), "the server of that name is another one"
    assert profiles.load("other").server.domain == "ELSEWHERE"
    assert handoff.save(paper).name == "work", "a draft of it may be saved again"
    assert profiles.load("work").account.server == "work"


def test_a_server_of_another_kind_under_its_names_is_not_written_over() -> None:
    for name in ("office", "work"):
        servers.save(replace(SERVER, name=name, domain="ELSEWHERE"))
    handoff.save(handoff.read(handed()))
    assert profiles.load("work").server == replace(SERVER, name="work-2")
    assert {servers.load(name).server.domain for name in ("office", "work")} == {"ELSEWHERE"}


def test_a_server_that_is_there_already_is_shared() -> None:
    servers.save(SERVER)
    handoff.save(handoff.read(handed()))
    assert profiles.load("work").server == SERVER


@pytest.mark.parametrize(
    "change", [{"secret": "env:MINE"}, {"state": State.VERIFIED}, {"address": Address.parse("bob@example.com")}]
)
def test_an_account_that_is_more_than_its_draft_is_left_alone(change: dict[str, Any]) -> None:
    profiles.save(replace(ACCOUNT, **change), SERVER)
    before = profiles.load("work")
    paper = handoff.read(handed())
    with pytest.raises(ValueError, match="--name OTHER"):
        handoff.save(paper)
    assert handoff.save(paper, name="beside").name == "beside"
    assert profiles.load("work") == before


def test_the_code_is_of_what_the_file_says_and_not_of_how_it_is_laid_out() -> None:
    data = handed()
    code = handoff.read(data).code
    assert handoff.read(json.dumps(json.loads(data), indent=7, sort_keys=True).encode()).code == code
    assert handoff.read(handed(note="Call me.")).code != code
    assert handoff.read(handed(server__incoming__host="imap.example.org")).code != code
    assert len(code.replace("-", "")) * 5 >= 50


@given(st.binary(), st.binary())
def test_other_bytes_have_another_code(one: bytes, other: bytes) -> None:
    assert (code_of(one) == code_of(other)) is (one == other)


def test_a_code_is_read_as_it_is_heard() -> None:
    assert read_code(" k7qp m2xd-oil1 ") == "K7QP-M2XD-0111"
    for text, said in (
        ("", "ask whoever"),
        ("K7QP", "this one has 4"),
        ("K7QP-M2XD-9FUR", "here U"),
        ("ü" * 12, "else"),
    ):
        with pytest.raises(ValueError, match=said):
            read_code(text)


@given(st.text())
def test_whatever_is_typed_is_a_code_or_a_sentence(text: str) -> None:
    try:
        assert len(read_code(text)) == 14
    except ValueError as wrong:
        assert str(wrong).isprintable() and str(wrong).endswith(".")


HOSTILE = {
    "no JSON": b"\x00\xff",
    "nothing": b"",
    "deep": b'{"format":' + b"[" * 30_000,
    "a list": b"[]",
    "huge": handed(note="x" * 70_000),
    "long": handed(note="x" * 2_000),
    "newer": handed(version=2),
    "odd version": handed(version="1"),
    "another field": handed(surprise=1),
    "a secret's reference": handed(account__secret='cmd:["touch", "/tmp/x"]'),
    "a state": handed(account__state="verified"),
    "a locked field": handed(server__locked="x"),
    "escape": handed(note="\x1b]0;x\x07"),
    "escape in a host": handed(server__incoming__host="a\x1b[2J"),
    "line break in a name": handed(account__display_name="A\r\nBcc: x"),
    "no address": handed(account__address="nobody"),
    "no text": handed(account__username=7),
    "a list for a text": handed(account__username=[{"a": "b"}]),
    "a path for a name": handed(name="../../x"),
    "a path for a server": handed(server_name="a/b"),
    "no host": handed(server__incoming__host="a b"),
    "no port": handed(server__incoming__port=70_000),
    "no servers": handed(server={}),
    "no day": handed(expires="soon"),
    "no program": handed(program={"issuer": "google", "client_id": "a b"}),
    "no tenant": handed(program={"issuer": "google", "client_id": "a", "tenant": "../x"}),
    "another format": asked(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_hand_off_comes_to_one_sentence(name: str) -> None:
    with pytest.raises(ValueError) as caught:
        handoff.read(HOSTILE[name])
    sentence = str(caught.value)
    assert sentence.endswith(".") and sentence.isprintable() and len(sentence) < 400
    assert "touch" not in sentence


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (request.read, asked(items=[])),
        (request.read, asked(address="nobody")),
        (request.read, asked(provider="a b")),
        (request.read, asked(items=[{"cause": "x", "guides": ["a\u202eb"]}])),
        (request.read, asked(items=[{"cause": "x", "client": "$(x)"}])),
        (request.read, asked(items=[{"cause": "x"}] * 21)),
        (request.read, asked(items=[{"cause": "x", "said": ["\x9b2J"]}])),
        (request.read, handed()),
        (request.read_answer, answered(items=[])),
        (request.read_answer, answered(items=[{"cause": "x", "mark": "maybe"}])),
        (request.read_answer, asked()),
    ],
)
def test_a_hostile_request_or_answer_comes_to_one_sentence(read: Any, data: bytes) -> None:
    with pytest.raises(ValueError) as caught:
        read(data)
    assert str(caught.value).isprintable() and str(caught.value).endswith(".")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(papers.VERSION),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(["hand-off", "request", "answer"]), st.data())
def test_whatever_one_value_becomes_the_file_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    tree = json.loads({"hand-off": handed, "request": asked, "answer": answered}[kind]())
    places: list[Any] = [tree, *(value for value in tree.values() if isinstance(value, dict)), *tree.get("items", [])]
    place = data.draw(st.sampled_from(places))
    key = data.draw(st.sampled_from(sorted(place)) | st.text(max_size=8))
    place[key] = data.draw(JSON)
    try:
        paper = READERS[kind](json.dumps(tree).encode())
    except ValueError as wrong:
        assert str(wrong).isprintable() and str(wrong).endswith(".")
    else:
        assert READERS[kind](papers.encode(paper)) == paper


def test_a_received_file_is_plain_and_small_whoever_made_it(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_bytes(handed())
    assert papers.read(real) == handed()
    (tmp_path / "marked").write_bytes(b"\xef\xbb\xbf" + handed())
    assert papers.read(tmp_path / "marked") == handed()
    (tmp_path / "link").symlink_to(real)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "huge").write_bytes(b" " * (papers.LIMIT + 1))
    for name, said in (("link", "is a link"), ("pipe", "no plain file"), ("huge", "too large"), ("none", "not exist")):
        with pytest.raises(ValueError, match=said):
            papers.read(tmp_path / name)
    with pytest.raises(ValueError, match="plain file"):
        papers.read(tmp_path)


def test_a_file_is_never_written_over_and_is_for_its_maker_alone(tmp_path: Path) -> None:
    path = tmp_path / "new"
    papers.write(path, handoff.read(handed()))
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(ValueError, match="there already"):
        papers.write(path, handoff.read(handed(note="other")))
    (tmp_path / "loose").symlink_to(tmp_path / "target")
    with pytest.raises(ValueError, match="there already"):
        papers.write(tmp_path / "loose", handoff.read(handed()))
    assert path.read_bytes() == before and not (tmp_path / "target").exists()


def test_a_file_ends_after_its_last_day() -> None:
    paper = handoff.read(handed(expires="2026-11-30"))
    assert not paper.over(date(2026, 11, 30))
    assert "2026-11-30" in paper.over(date(2026, 12, 1))
    assert not handoff.read(handed()).over(date(2999, 1, 1))


def test_only_accounts_of_others_without_their_secret_wait() -> None:
    assert handoff.waits(saved(), "root")
    assert not handoff.waits(saved(), "alice")
    for change in ({"owner": ""}, {"secret": "env:X"}, {"state": State.VERIFIED}):
        assert not handoff.waits(saved(replace(ACCOUNT, **change)), "root")
