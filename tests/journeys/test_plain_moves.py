"""What can be done at a check in the plain face: notes, requests, steps, stopping, leaving and going on later."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.journeys.plain_run import Asked, practising_plainly
from tests.journeys.plainly import COMMAND, at_terminal, plainly
from tests.stopwatch import Stopwatch

from mailwizard.sandbox.world import World
from mailwizard.storage import files

MAIL = "correct-horse-battery"


async def fails(person: Asked, world: World) -> None:
    """Get to a check of which something failed."""
    await person.gets_to_sign_in(world.address)
    await person.signs_in(world.password)
    await person.sees("FAIL:", "What now?")


async def test_the_note_for_the_admin_holds_what_to_do_and_is_kept_beside_others(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with practising_plainly(monkeypatch, "microsoft_smtp_auth_off") as (person, world):
        await fails(person, world)
        await person.chooses("Note for the admin")
        await person.sees("A note to pass on", f"Subject: {world.address}", "A mail program is to send as", "What now?")
        note = person.all.partition("begins after this line.\n\n")[2].partition("\n\nThe note ends")[0]
        assert "Set-CASMailbox -Identity" in note and "535" in note and world.password not in note
        for name in ("mailwizard-note.txt", "mailwizard-note-2.txt"):
            await person.chooses("Save as a file")
            await person.sees(f"Saved as ~/{name}; only you may read it.")
            saved = home / name
            assert saved.read_text() == f"{note}\n" and saved.stat().st_mode & 0o777 == 0o600
        await person.chooses("Write a request for the admin")
        await person.sees("Written as ~/mailwizard-request.json, without a secret.", "By telephone say its code:")
        assert world.password not in (home / "mailwizard-request.json").read_text()
        await person.chooses("Close")
        await person.sees("What now? (page 5-B)")


async def test_the_steps_of_a_fix_are_said_one_by_one_each_with_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "microsoft_smtp_auth_off") as (person, world):
        await fails(person, world)
        await person.chooses("Steps one by one")
        await person.sees("Step 1 of 5, microsoft365.smtp-auth.1")
        await person.answers("")
        await person.sees("Step 2 of 5, microsoft365.smtp-auth.2")
        await person.chooses("Step before")
        await person.sees("Step 1 of 5")
        await person.chooses("Other way")
        await person.sees("microsoft365.smtp-auth-powershell.1", "Install-Module")
        await person.chooses("Close")
        await person.sees("What now? (page 5-B)")


async def test_without_a_guide_each_step_of_the_fix_carries_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "certificate_other_name") as (person, world):
        await fails(person, world)
        await person.sees("(cert_name_mismatch.1)", "(cert_name_mismatch.3)")


async def test_help_evidence_and_origins_can_be_asked_for_and_lead_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "microsoft_smtp_auth_off") as (person, world):
        await fails(person, world)
        await person.answers("?")
        await person.sees("OK WARN FAIL SKIP: Works,", "Edit servers: Goes back", "What now? (page 5-B)")
        assert "Send it unencrypted:" not in person.text
        await person.answers(":evidence")
        await person.sees(
            "Ruled out:", "Not well:", "Still open:", "imap://outlook.office365.com:993/tls:", "Discovery:"
        )
        await person.answers(":where")
        await person.sees("Where every value comes from", f"Address: {world.address}: typed in this run")
        await person.answers("4711")
        await person.sees("Type a number from 1 to")


async def test_trying_the_other_server_too_costs_one_more_login_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "wrong_password") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.refused_password)
        await person.sees("FAIL:", "What now?")
        assert sum(world.logins.values()) == 1
        await person.chooses("Try again")
        await person.sees("This secret was refused. Offer it again? It costs one more login")
        await person.answers("")
        await person.sees("What now?")
        assert sum(world.logins.values()) == 1
        await person.chooses("Try the other too (one more login)")
        await person.sees("FAIL: sign in, mail.practice.example:465", "What now?")
        assert max(world.logins.values()) <= 2 and world.logins["mail.practice.example:465"] == 1


async def test_what_fails_can_be_saved_as_not_working(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "wrong_password") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.refused_password)
        await person.sees("FAIL:", "What now?")
        await person.chooses("Save anyway")
        await person.answers("", "")
        await person.chooses("nowhere")
        await person.sees("State: does not work yet")
        await person.chooses("Save")
        await person.sees("Saved", "does not work yet")


def test_ctrl_c_stops_a_check_at_once_and_says_what_had_been_done() -> None:
    with at_terminal(*COMMAND, "demo", "port-blocked", "--plain") as person:
        person.chooses("Mail account by address")
        person.answers("alice@practice.example", "")
        person.chooses("Continue", "Password")
        person.answers("")
        person.secret(MAIL)
        person.sees("OK: sign in, mail.practice.example:993", "RUNNING: connect")
        watch = Stopwatch(person.child.pid)
        person.types("\x03")
        person.sees("Stopped. The secret had been offered to mail.practice.example:993 (it was taken);")
        assert watch.seconds < 1
        person.chooses("Back")
        person.sees("Sign-in, 4 of 7")
        person.types("\x03")
        person.sees("Leave? This is practice; nothing of it is kept.")
        person.answers(":leave")
        end = person.ended()
    assert end.code == 130
    assert "draft" not in end.out.rpartition("Leave?")[2]


async def test_a_check_stops_within_two_tenths_of_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "port_blocked") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.password)
        await person.sees("OK: sign in, mail.practice.example:993")
        watch = Stopwatch()
        os.kill(os.getpid(), signal.SIGINT)
        await person.sees("Stopped.", "nothing else was sent.")
        assert watch.seconds < 0.2


@pytest.mark.parametrize("through", ["pipe", "pty"])
def test_a_draft_that_was_left_is_gone_on_with_and_says_what_was_found(through: str) -> None:
    with plainly(through, "over", "wrong_password", "wizard", "--plain") as person:
        person.chooses("Mail account by address")
        person.answers("alice@practice.example", "")
        person.chooses("Continue", "Password")
        person.answers("")
        person.secret("correct-horse-batterie")
        person.sees("FAIL: sign in, mail.practice.example:993")
        person.answers(":leave")
        person.sees("is kept, without the secret.")
        assert person.ended().code == 130
    with plainly(through, "over", "wrong_password", "wizard", "--plain") as person:
        person.chooses("Go on with")
        person.sees("This was checked", "FAIL: sign in, mail.practice.example:993", "Sign-in, 4 of 7")
        person.chooses("Password")
        person.answers("")
        person.secret(MAIL)
        person.sees("Receiving and sending work.")
        person.answers(":leave")
        assert person.ended().code == 130


@pytest.mark.parametrize("word", [":report", "Save report"])
async def test_a_report_is_previewed_and_then_written_and_opens_elsewhere(
    word: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with practising_plainly(monkeypatch, "wrong_password") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.refused_password)
        await person.sees("FAIL:", "What now?")
        await (person.answers if word.startswith(":") else person.chooses)(word)
        await person.sees("This is in it, and nothing else:", "What now?")
        report = home / "mailwizard-report.mwz"
        assert not files.is_there(report)
        await person.chooses("Other names in place of mine")
        await person.sees("My names as they are")
        await person.chooses("Show it to the letter")
        await person.sees('"mailwizard-report"', "user1@", "What now?")
        await person.chooses("Write it")
        await person.answers("~/no/such/folder.mwz")
        await person.sees("there is no folder", "What now?")
        await person.answers("", "")
        await person.sees("Written as ~/mailwizard-report.mwz; only you may read it.")
        written = report.read_text()
        assert world.refused_password not in written + person.all_but_practice
        assert world.address not in written
