"""A step's id means one thing: what the wizard shows under it is what ``mailwizard guide`` prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.commands import Run

from mailwizard import knowledge
from mailwizard.cli.answers import GuideAnswer
from mailwizard.diagnosis import explain
from mailwizard.faces.help import Page, pages
from mailwizard.faces.named import named
from mailwizard.faces.steps import steps_of
from mailwizard.faces.support import support
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


@pytest.mark.parametrize("name", ["5-B", "5b", "validate.refused"])
def test_a_page_is_printed_under_each_of_its_names_in_the_words_of_the_screen(name: str, run: Run) -> None:
    page = pages()["validate.refused"]
    (told,) = run("guide", name, "--json").read(GuideAnswer).pages
    assert (told.id, told.code, told.texts) == (page.id, page.code, page.texts())
    out = " ".join(run("guide", name).out.split())
    for word, text in page.texts():
        assert f"{word} {text}" in out


@pytest.mark.parametrize("page", pages().values(), ids=pages())
def test_every_page_can_be_printed_and_helped_with(page: Page, run: Run) -> None:
    assert run("guide", page.code).code == 0
    assert page.code in run("guide", "--support", page.id).out


def test_a_page_shows_the_providers_guide_with_its_links(run: Run) -> None:
    out = run("guide", "4-A", "--address", "alice@gmail.com").out
    assert "gmail.app-password" in out and "https://myaccount.google.com/apppasswords" in out


def test_the_list_has_guides_and_pages(run: Run) -> None:
    out = run("guide").out
    assert "gmail.app-password" in out and "5-B" in out and "validate.refused" in out
    assert {page.id for page in run("guide", "--json").read(GuideAnswer).pages} == set(pages())


@pytest.mark.parametrize(
    "name", ["wrong_password", "gmail.app-password", "gmail.app-password.3", "daily_limit", "gmail"]
)
def test_whoever_helps_reads_what_to_ask_and_what_an_answer_means(name: str, run: Run) -> None:
    view = run("guide", "--support", name, "--json").read(GuideAnswer).support
    assert view and view.asks and all(len(ask.answers) > 1 for ask in view.asks)
    written = bool(getattr(knowledge.problems().get(name) or knowledge.guide(name.removesuffix(".3")), "asks", ()))
    assert view.derived is not written
    out = " ".join(run("guide", "--support", name).out.split())
    assert ("Nobody has written questions for this one down" in out) is view.derived
    for ask in view.asks:
        assert ask.question in out
        assert all(f"- {one.said}: {one.means}" in out for one in ask.answers)


@pytest.mark.parametrize("cause", knowledge.problems())
def test_every_cause_has_something_to_ask(cause: str) -> None:
    found = named(cause)
    assert found and support(found).asks


def test_whoever_helps_reads_what_a_report_has_ruled_out(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "run.report"
    practice = ("--practice", "wrong-password", "--report", str(file))
    run("check", "--address", "alice@practice.example", *practice, secret="wrong")
    out = run("guide", "--support", "wrong_password", "--report", str(file)).out
    assert "Ruled out" in out and "The name mail.practice.example exists" in out and "Still open" in out
    view = run("guide", "--support", "--report", str(file), "--json").read(GuideAnswer).support
    assert view and view.id == "wrong_password"
    assert {point.standing for point in view.ruled_out} == {"ruled-out", "not-well", "open"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("valdiate",), "did you mean validate?"),
        (("9-Z",), "there is no page, guide, step"),
        (("--support",), "--support needs the name"),
        (("5-B", "--report", "x"), "--report goes with --support"),
        (("--support", "5-B", "--report", "/nowhere/at.all"), "/nowhere/at.all"),
    ],
)
def test_what_cannot_be_printed_is_said_in_a_sentence(words: tuple[str, ...], said: str, run: Run) -> None:
    answer = run("guide", *words)
    assert answer.code == 2 and said in answer.err
