"""A report is hostile input: whatever is in it, it is told, compared or refused, and nothing else happens."""

from __future__ import annotations

import os
import random

import pytest
from tests.drawn import drawn
from tests.judged import LIMIT, judge, opened, shown, untouched
from tests.mutated import run
from tests.mutating import mutated, seeds

from mailwizard.cli.output import put

COUNT = int(os.environ.get("MAILWIZARD_MUTATED", "2000"))


@pytest.fixture(scope="module")
def sources() -> tuple[bytes, ...]:
    return seeds()


def test_reports_that_were_changed_at_random_are_read_or_refused(sources: tuple[bytes, ...]) -> None:
    read, longest = run(COUNT, 20261122, sources)
    assert read > COUNT // 10
    assert read < COUNT // 2
    assert longest < LIMIT


def test_what_can_be_read_can_be_drawn_in_the_wizard(sources: tuple[bytes, ...]) -> None:
    chance = random.Random(7)
    reports = [report for _ in range(150) if (report := opened(mutated(chance, sources)))]
    for report in reports[:5]:
        drawn(report)


def test_numbers_and_addresses_that_are_none_end_no_diagnosis(sources: tuple[bytes, ...]) -> None:
    good = opened(sources[0])
    blocked = next(source for source in sources if b"reference-port" in source)
    assert good is not None
    for before, after in (
        (b'"587"', b'"587~/.ssh/id_rsa"'),
        (b'"587"', b'"\xd9\xa3"'),
        (b'"2001:db8::10 198.51.100.10"', b'"999.1.1.1 ::/0 x"'),
    ):
        assert before in blocked
        assert judge(blocked.replace(before, after), good)


def test_the_judges_would_notice(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError, match="open"), untouched():
        open("/etc/hostname").close()  # noqa: PTH123
    assert shown(lambda: put("\x1b[2Jhello\u202e")) == "␛[2Jhello<U+202E>\n"
    with pytest.raises(AssertionError):
        shown(lambda: __import__("sys").stdout.write("\x1b[2J"))
