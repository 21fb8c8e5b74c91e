"""What the commands make of diagnoses for a person."""

from __future__ import annotations

import os
import pty
import termios

import pytest

from mailwizard.cli.telling import code_apart, diagnoses_lines, step_line, step_lines, teller
from mailwizard.diagnosis import UNEXPLAINED, diagnose, explain
from mailwizard.model import Confidence, Diagnosis, Evidence, Outcome, Step

IMAP, SMTP = "imap://imap.example.com:993/tls", "smtp://smtp.example.com:465/tls"


def failed(subject: str, detail: str) -> Evidence:
    return Evidence(subject, Step.SIGN_IN, Outcome.FAIL, "smtp.535", detail=detail)


def diagnosis(cause: str, *evidence: int, confidence: Confidence = Confidence.CERTAIN, sure: str = "") -> Diagnosis:
    return Diagnosis(cause, f"title of {cause}", "why", ("do this",), ("user",), confidence, "", evidence, sure)


def test_what_two_servers_said_alike_is_printed_once() -> None:
    evidence = (failed(IMAP, "no such user"), failed(SMTP, "No such  user."), failed(SMTP, "and never was"))
    lines = diagnoses_lines((diagnosis("one", 0, 1), diagnosis("two", 1, 2)), evidence)
    assert [line for line in lines if "Said" in line] == ["  Said    no such user", "  Said    and never was"]
    assert lines.index("title of two") > lines.index("  Said    no such user")


def test_what_was_said_is_printed_twice_at_most_under_one_diagnosis() -> None:
    evidence = tuple(failed(IMAP, f"answer {number}") for number in range(5))
    lines = diagnoses_lines((diagnosis("one", *range(5)),), evidence)
    assert [line.split()[-1] for line in lines if "Said" in line] == ["0", "1"]


def test_how_to_be_sure_is_told_only_where_there_is_doubt() -> None:
    certain = diagnosis("one", sure="look there")
    likely = diagnosis("one", confidence=Confidence.LIKELY, sure="look there")
    assert "  Sure    look there" not in diagnoses_lines((certain,))
    assert "  Sure    look there" in diagnoses_lines((likely,))


def test_a_diagnosis_says_how_to_be_sure_in_the_words_of_its_card() -> None:
    off = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."
    said = diagnose((failed("smtp://smtp.office365.com:587/starttls", off),), provider="microsoft365")
    assert said[0].sure.startswith("For an administrator: Get-CASMailbox -Identity your-address")
    assert explain(off).diagnoses[0].sure == said[0].sure


@pytest.mark.parametrize(
    ("step", "apart"),
    [
        ("In PowerShell: Set-Thing -Identity 'a' -On $true", "In PowerShell:\n    Set-Thing -Identity 'a' -On $true"),
        ("Admin: New-ThingPolicy -Name mail", "Admin:\n    New-ThingPolicy -Name mail"),
        ("Get-Thing 'a' | fl One,Two", "    Get-Thing 'a' | fl One,Two"),
        (
            "Switching it on (Set-Thing -Off $false) is possible.",
            "Switching it on (Set-Thing -Off $false) is possible.",
        ),
        ("Mind this: Log-In again on the web.", "Mind this: Log-In again on the web."),
        ("After Connect-ExchangeOnline look at it.", "After Connect-ExchangeOnline look at it."),
        ("Install it:\n\n    Install-Thing Once -Scope Me", "Install it:\n\n    Install-Thing Once -Scope Me"),
    ],
)
def test_a_command_at_the_end_of_a_step_gets_a_line_of_its_own(step: str, apart: str) -> None:
    assert code_apart(step) == apart


def test_commands_are_never_wrapped_and_the_lines_of_a_step_hang_under_its_text() -> None:
    command = "Set-CASMailbox -Identity somebody-with-a-long-name@example.com -SmtpClientAuthenticationDisabled $false"
    text = "Ask your administrator to switch on what is switched off, which takes a minute, or to run this: "
    one = Diagnosis("c", "t", "w", ("short", text + command), ("user",), Confidence.CERTAIN, "guide.id")
    lines = diagnoses_lines((one,), address="somebody-with-a-very-long-name-indeed@subdomain.example.com")
    assert f"              {command}" in lines
    first = next(line for line in lines if line.startswith("       2  Ask"))
    assert lines[lines.index(first) + 1].startswith("          ")
    assert lines[lines.index(first) + 1][10] != " "
    assert sum(line.startswith("  Steps   mailwizard guide guide.id --address somebody") for line in lines) == 1
    assert next(line for line in lines if "Steps" in line).endswith("subdomain.example.com")


@pytest.mark.parametrize("room", [40, 80, 132])
def test_a_step_fits_on_one_line_of_the_terminal(room: int) -> None:
    subject = "imap://a-very-long-name-of-a-server.mail.example.com:993/tls"
    for outcome in (Outcome.OK, Outcome.FAIL, Outcome.SKIP):
        line = step_line(Evidence(subject, Step.SIGN_IN, outcome, "imap.no", detail="NO \n" + "no " * 90), {}, room)
        assert len(line) <= room
        assert "\n" not in line
        assert line.startswith(f"{outcome.upper():<4}  sign-in       IMAP a-v")
        assert "..." in line


def test_a_source_is_told_by_the_name_that_people_know() -> None:
    seen = Evidence("srv", Step.DISCOVER, Outcome.OK, detail="imaps")
    assert "service records in DNS" in step_line(seen, {"srv": "service records in DNS"}, 80)


def test_the_words_of_a_failure_are_never_cut() -> None:
    detail = "the certificate is for mail.other-place.example and other.example only, and ended on 2024-02-29 at 12:00"
    lines = step_lines(Evidence(IMAP, Step.ENCRYPT, Outcome.FAIL, "tls.expired", detail=detail), {}, 80)
    assert "..." not in "".join(lines) and max(map(len, lines)) <= 80
    assert " ".join(" ".join(lines[1:]).split()) == f"tls.expired {detail}"
    assert lines[0].startswith("FAIL  encrypt       IMAP imap.example.com:993") and lines[0].endswith("ms)")
    short = Evidence(IMAP, Step.CONNECT, Outcome.FAIL, "tcp.refused", detail="nothing there")
    assert step_lines(short, {}, 80) == [step_line(short, {}, 80)]
    well = Evidence(IMAP, Step.ENCRYPT, Outcome.OK, detail=detail)
    assert step_lines(well, {}, 80) == [step_line(well, {}, 80)]


def test_what_no_card_knows_is_told_without_a_doubt_and_names_near_causes_only_where_there_are_some() -> None:
    alone = explain("zorp").diagnoses
    assert [one.cause for one in alone] == [UNEXPLAINED]
    lines = diagnoses_lines(alone)
    assert lines[0] == "None of the known causes fits"
    said = " ".join(" ".join(lines).split())
    assert "nearest" not in said and "Copy the report" not in said and "Sure" in said
    near = explain("the mailbox flarped").diagnoses
    assert len(near) > 1 and near[0].cause == UNEXPLAINED and "nearest" in near[0].why


@pytest.mark.parametrize(
    ("port", "others"), [(587, "465 or 2525"), (465, "587 or 2525"), (993, "143"), (25, "465, 587")]
)
def test_a_closed_port_is_not_among_those_to_use_instead(port: int, others: str) -> None:
    place = f"{'imap' if port == 993 else 'smtp'}://mail.example.com:{port}/tls"
    fix = " ".join(diagnose([Evidence(place, Step.CONNECT, Outcome.FAIL, "tcp.egress-blocked")])[0].fix)
    assert f"another port of the provider: {others}" in fix


@pytest.mark.parametrize(("name", "columns", "cuts"), [("xterm", 80, True), ("dumb", 80, False), ("xterm", 0, False)])
def test_a_line_is_cut_only_where_a_terminal_draws_in_columns(
    name: str, columns: int, cuts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, program = pty.openpty()
    termios.tcsetwinsize(program, (24, columns))
    monkeypatch.setenv("TERM", name)
    with os.fdopen(program, "w") as terminal, os.fdopen(person, "rb"):
        monkeypatch.setattr("sys.stderr", terminal)
        tell = teller(lambda fact: None, {})
        tell(Evidence(IMAP, Step.GREETING, Outcome.OK, detail="ready " * 30 + "at last"))
        said = os.read(person, 4096).decode()
    assert ("..." in said, "at last" in said) == (cuts, not cuts)
