"""A step's id means one thing: what the wizard shows under it is what ``mailwizard guide`` prints."""

from __future__ import annotations

import pytest
from tests.journeys.commands import Run

from mailwizard import knowledge
from mailwizard.cli.answers import GuideAnswer
from mailwizard.diagnosis import explain
from mailwizard.faces.steps import steps_of
from mailwizard.model import Address, Diagnosis

ADDRESS = Address.parse("alice@contoso.example")
SAID = (
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
    "535-5.7.8 Username and Password not accepted. For more information, go to gsmtp",
    "550 5.7.1 Relaying denied",
    "certificate verify failed: certificate has expired",
)


def diagnosed() -> list[Diagnosis]:
    return [diagnosis for said in SAID for diagnosis in explain(said).diagnoses if diagnosis.fix]


@pytest.mark.parametrize("diagnosis", diagnosed(), ids=lambda diagnosis: diagnosis.cause)
def test_what_is_shown_under_an_id_is_what_the_guide_prints_for_it(diagnosis: Diagnosis, run: Run) -> None:
    shown = steps_of(diagnosis, ADDRESS)
    assert shown
    for step in shown:
        if step.id:
            told = run("guide", step.id, "--address", str(ADDRESS), "--json").read(GuideAnswer).guides
            same = [(one.id, one.text) for guide in told for one in guide.steps]
            text = step.text if diagnosis.guide else step.text.replace("your-address", str(ADDRESS))
            assert same == [(step.id, text)]


def test_steps_of_a_guide_and_of_a_cause_both_occur() -> None:
    ids = {bool(diagnosis.guide): steps_of(diagnosis, ADDRESS)[0].id for diagnosis in diagnosed()}
    assert set(ids) == {True, False}
    assert ids[True]


@pytest.mark.parametrize("words", [(), ("--address", str(ADDRESS)), ("--json",)])
def test_no_cause_is_printed_with_an_open_place(words: tuple[str, ...], run: Run) -> None:
    open_places = {"{address}", "{host}", "{port}", "{domain}", "{provider}"}
    for cause in list(knowledge.problems())[:200]:
        out = run("guide", cause, *words).out
        assert not [place for place in open_places if place in out], cause


def test_the_address_is_filled_into_a_cause(run: Run) -> None:
    assert f"-Identity {ADDRESS}" in run("guide", "smtp_auth_disabled_mailbox", "--address", str(ADDRESS)).out
    assert "your-address" in run("guide", "smtp_auth_disabled_mailbox").out
    (one,) = run("guide", "smtp_auth_disabled_mailbox.4", "--json").read(GuideAnswer).guides
    assert [step.id for step in one.steps] == ["smtp_auth_disabled_mailbox.4"]
    assert run("guide", "smtp_auth_disabled_mailbox.99").code == 2
