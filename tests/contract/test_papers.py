"""What every kind of file that ``mailwizard open`` opens must offer."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from tests.unit import papers as made

from mailwizard.cli import commands, papers
from mailwizard.cli.parsing import Parser
from mailwizard.draft import Draft
from mailwizard.plugins import plugins
from mailwizard.report import Run, gather, to_text

KINDS: dict[str, Any] = plugins(papers)
COMMAND: Any = plugins(commands)["open"]
FILES = {
    "hand_off": made.handed(),
    "request": made.asked(),
    "answer": made.answered(),
    "report": to_text(gather(Draft(), Run())).encode(),
}
SHOWN_ONLY = {name: kind for name, kind in KINDS.items() if hasattr(kind, "show")}
WITH_CODE = {name: kind for name, kind in KINDS.items() if name not in SHOWN_ONLY}


@pytest.mark.parametrize("name", KINDS)
def test_it_offers_what_the_folder_says(name: str) -> None:
    kind = KINDS[name]
    assert kind.__doc__ and kind.FORMAT.startswith("mailwizard") and kind.LIMIT > 0
    with_code = (("read", 1), ("lines", 1), ("shape", 1), ("refuse", 2), ("apply", 2))
    for offered, takes in with_code if name in WITH_CODE else (("read", 1), ("show", 2)):
        assert len(inspect.signature(getattr(kind, offered)).parameters) == takes


@pytest.mark.parametrize("name", KINDS)
def test_its_options_are_the_commands(name: str) -> None:
    parser = Parser(COMMAND)
    COMMAND.arguments(parser)
    assert {option.dest for option in parser._actions} >= KINDS[name].TAKES


@pytest.mark.parametrize("name", KINDS)
def test_it_reads_its_own_files_and_refuses_every_other_in_a_sentence(name: str) -> None:
    kind = KINDS[name]
    for other, data in FILES.items():
        if other == name:
            paper = kind.read(data)
            assert kind.lines(paper) and paper.format == kind.FORMAT
            assert name in SHOWN_ONLY or kind.shape(paper)
        else:
            with pytest.raises(ValueError, match=r"\.$"):
                kind.read(data)


def test_no_two_kinds_share_a_format() -> None:
    assert len({kind.FORMAT for kind in KINDS.values()}) == len(KINDS) == len(FILES)
