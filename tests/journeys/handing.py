"""Files that people send each other, made by the commands that make them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.journeys.commands import Run, saved_account
from tests.unit.papers import CAUSE, SMTP

from mailwizard.cli.paper_answers import HandOffAnswer, RequestAnswer, WrittenFile
from mailwizard.storage import profiles

WRONG = "K7QP-M2XD-9FTR"
PRINTED = {
    "diagnoses": [
        {"cause": CAUSE.cause, "title": "", "who": "admin", "guide": "microsoft365.smtp-auth", "evidence": [0]}
    ],
    "evidence": [{"subject": SMTP, "step": "sign-in", "outcome": "fail", "detail": "disabled for the Mailbox"}],
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every command begin in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def handed_off(run: Run) -> WrittenFile:
    """Set up an account for alice, hand it off and take it away here, as if this were alice's machine."""
    saved_account()
    (file,) = run("accounts", "hand-off", "alice", "--for", "alice", "--json").read(HandOffAnswer).files
    profiles.remove("alice")
    return file


def requested(run: Run) -> WrittenFile:
    """Write a request out of what a check printed."""
    Path("check.json").write_text(json.dumps(PRINTED))
    words = ("request", "alice@contoso.example", "--from-check", "check.json", "--json")
    return run(*words).read(RequestAnswer).file
