"""A report is hostile input: bounded, validated, cleaned, and understood by the cards of this version."""

from __future__ import annotations

import copy
import json
import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.reports import made, tree

from mailwizard import knowledge
from mailwizard.cli.papers import report as paper
from mailwizard.report import FORMAT_LIMIT, diagnoses_of, draft_of, no_more, read, to_text
from mailwizard.report.limits import COUNTS

SPARED = {"format", "made", "address", "host", "protocol", "security", "trust", "auth", "until", "step", "outcome"}
SPARED |= {"confidence", "verified_at"}
"""Fields whose words are few, or judged by themselves."""
OTHERS = (b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": "mailwizard-report"}')
HOSTILE = "\x1b]0;x\x07\x9b31m\u202eabc\u200b"


def changed(where: str, value: Any) -> bytes:
    """Return a report's file with one value changed; ``where`` is its path, with dots."""
    told = tree()
    inside: Any = told
    *path, last = [int(word) if word.isdecimal() else word for word in where.split(".")]
    for word in path:
        inside = inside[word]
    inside[last] = value
    return json.dumps(told).encode()


@pytest.mark.parametrize(("state", "told"), [("", False), ("verified", True)])
def test_of_an_account_that_was_never_saved_no_saving_is_told(state: str, told: bool) -> None:
    wanted = {**tree()["draft"], "verified_at": "2026-01-02T03:04:05+00:00", "state": state}
    lines = paper.lines(read(changed("draft", wanted)))
    assert ["  Saved as  verified since 2026-01-02T03:04:05+00:00"] * told == [
        one for one in lines if "since 2026" in one
    ]
    assert any("Saved as" in one for one in lines) is told


def test_what_was_written_is_what_is_read() -> None:
    report = made()
    assert read(to_text(report).encode()) == report and diagnoses_of(report) == report.diagnoses and not no_more(report)
    draft = draft_of(report)
    assert draft.stage == "validate" and draft.evidence == report.evidence and draft.provider == ""


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("schema", 2, "newer mailwizard (schema 2"),
        ("schema", 10**30, "newer mailwizard"),
        ("schema", "1", "which version"),
        ("schema", 0, "which version"),
        ("format", "other", "no report"),
        ("made", "yesterday", "damaged"),
        ("made", "9999-01-01T00:00:00+00:00", "dates"),
        ("draft.address", "nobody", "damaged"),
        ("draft.until", "never", "damaged"),
        ("draft.incoming.endpoint.host", "imap.example.com\n", "damaged"),
        ("draft.incoming.endpoint.host", "-x", "damaged"),
        ("draft.incoming.endpoint.port", 0, "servers"),
        ("draft.incoming.endpoint.port", 70000, "servers"),
        ("draft.incoming.endpoint.path", "/x", "servers"),
        ("remedies.0.candidate.endpoint.host", "a b", "damaged"),
        ("evidence.0.seconds", 1e300, "number"),
        ("evidence.0.outcome", "odd", "damaged"),
        ("evidence.0.facts", [["a", "b", "c"]], "damaged"),
        ("evidence", [{}] * (COUNTS["evidence"] + 1), "more than any report"),
        ("environment.clock_offset", 1e12, "number"),
        ("environment", [[[[[[[[[[[[1]]]]]]]]]]]], "deeper"),
        ("draft", None, "damaged"),
    ],
)  # fmt: skip
def test_what_no_report_of_ours_says_is_refused_in_a_sentence(where: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=r"^The report .*\.$|^This is no report of mailwizard\.$") as refused:
        read(changed(where, value))
    assert said in str(refused.value) and str(refused.value).isprintable()


@pytest.mark.parametrize("data", OTHERS)
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        read(data)


def test_a_large_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(ValueError, match="too large"):
        read(b" " * (FORMAT_LIMIT + 1))


def test_no_text_of_it_reaches_a_terminal_as_it_is() -> None:
    told = tree()

    def spoil(inside: Any, key: str = "") -> Any:
        if isinstance(inside, dict):
            return {name: spoil(value, name) for name, value in inside.items()}
        if isinstance(inside, list):
            return [spoil(value, key) for value in inside]
        return HOSTILE + inside if isinstance(inside, str) and key not in SPARED else inside

    for side in ("incoming", "outgoing"):
        told["draft"][side]["endpoint"]["path"] = ""
    spoiled = spoil(told)
    for one in (spoiled["draft"]["incoming"], spoiled["draft"]["outgoing"], spoiled["remedies"][0]["candidate"]):
        one["endpoint"]["path"] = ""
    spoiled["remedies"][0]["replaces"]["path"] = spoiled["draft"]["broken_since"] = ""
    report = read(json.dumps(spoiled).encode())
    lines = paper.lines(report, transcript=True)
    assert len(lines) > 20 and all(line.isprintable() for line in lines)
    assert "␛" in "".join(lines)


def test_what_was_told_then_and_has_no_card_here_is_told_as_it_was() -> None:
    told = tree()
    gone = {**told["diagnoses"][0], "cause": "long_gone", "title": "Something of its time", "evidence": [0, 99, -1]}
    told["diagnoses"].append(gone)
    told["diagnoses"].append({**gone, "cause": next(iter(knowledge.problems()))})
    report = read(json.dumps(told).encode())
    found = diagnoses_of(report)
    assert [one.cause for one in found] == [told["diagnoses"][0]["cause"], "long_gone"] and found[1].evidence == (0,)
    assert found[1].title == "Something of its time (only the report says so)" and found[1].confidence == "possible"
    assert no_more(report) == (next(iter(knowledge.problems())),)
    assert any("reads otherwise what was told then" in line for line in paper.lines(report))


def test_fields_of_a_later_version_of_the_same_schema_are_left_out() -> None:
    assert read(json.dumps({**tree(), "more": {"x": [1, 2]}}).encode()) == read(json.dumps(tree()).encode())


def test_a_report_as_large_as_can_be_is_shown_in_seconds() -> None:
    told = tree()
    words = ("authentication", "failed", "certificate", "user", "smtp", "disabled", "5.7.1", "(", "aaaa", "<a")
    chance = random.Random(1)
    said = [" ".join(chance.choice(words) for _ in range(300))[:1900] for _ in range(350)]
    told["evidence"] = [{**told["evidence"][1], "detail": text} for text in said]
    begun = time.monotonic()
    assert paper.lines(read(json.dumps(told).encode()))
    assert time.monotonic() - begun < 15


@given(st.randoms(use_true_random=False))
def test_whatever_is_changed_it_is_shown_cleanly_or_refused_in_a_sentence(chance: Any) -> None:
    told = copy.deepcopy(_TREE)
    odd: tuple[Any, ...] = (
        None,
        -1,
        1e308,
        "",
        HOSTILE,
        "x" * 3000,
        [],
        {},
        "9" * 40,
        "tls.expired",
        "2026-01-01T00:00:00Z",
        True,
    )
    for _ in range(chance.randint(1, 4)):
        inside: Any = told
        while isinstance(inside, dict | list) and inside:
            keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
            key = chance.choice(keys)
            if not isinstance(inside[key], dict | list) or chance.random() < 0.2:
                inside[key] = chance.choice(odd)
                break
            inside = inside[key]
    try:
        report = read(json.dumps(told).encode())
    except ValueError as refused:
        assert str(refused).endswith(".") and str(refused).isprintable()
        return
    assert all(line.isprintable() for line in paper.lines(report, transcript=True))
    assert paper.answer(report).format == "mailwizard-report"


_TREE = tree()
