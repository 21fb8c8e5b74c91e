"""An error is JSON where JSON was asked for, beside the sentence and the exit code."""

from __future__ import annotations

import pytest
from tests.journeys.commands import Run

from mailwizard import cli, knowledge
from mailwizard.cli.answers import DemoAnswer, ErrorAnswer, GuideAnswer
from mailwizard.sandbox import labels


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (("check", "--json"), 2, "usage"),
        (("check", "--json", "--no-such"), 2, "usage"),
        (("discover", "--json", "--practice", "nope", "a@example.com"), 2, "usage"),
        (("guide", "nope", "--json"), 2, "usage"),
        (("explain", "--json", "--provider", "nope", "535 no"), 2, "usage"),
        (("accounts", "show", "nobody", "--json"), 30, "store.missing"),
        (("demo", "--json"), 2, "usage"),
    ],
)
def test_an_error_is_an_object_too(words: tuple[str, ...], code: int, kind: str, run: Run) -> None:
    said = run(*words)
    error = said.read(ErrorAnswer).error
    assert (said.code, error.code) == (code, kind)
    assert f"mailwizard: {error.sentence}" in said.err


def test_without_json_stdout_stays_empty_and_a_message_is_no_option(run: Run) -> None:
    assert run("check").out == ""
    assert run("explain", "--provider", "nope", "--", "--json").out == ""


def test_a_mistake_of_ours_is_an_object_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(name: str) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(cli, "_command", breaks)
    said = run("guide", "--json")
    assert (said.code, said.read(ErrorAnswer).error.code) == (70, "bug")
    assert "hunter2" not in said.out + said.err


def test_an_unknown_provider_is_refused_and_the_known_are_listed(run: Run) -> None:
    said = run("explain", "--provider", "nope", "535 no")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "mailwizard guide --providers" in said.err
    assert {line.split()[0] for line in run("guide", "--providers").out.splitlines()} == set(knowledge.providers())
    assert (
        dict(run("guide", "--providers", "--json").read(GuideAnswer).providers).keys() == knowledge.providers().keys()
    )


def test_the_scenarios_can_be_had_as_json(run: Run) -> None:
    listed = run("demo", "--list", "--json").read(DemoAnswer).scenarios
    assert {one.name: one.title for one in listed} == dict(labels())
