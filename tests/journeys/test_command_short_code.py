"""A code on another device by command: what ends it, and how a person comes by another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.commands import Run
from tests.journeys.shared_world import Shared, let_in, opened
from tests.journeys.test_command_signing_in import MICROSOFT, VAULT

from mailwizard.cli import device_code, output
from mailwizard.sandbox.identity.problem import Refusal
from mailwizard.sandbox.internet import CONTOSO_ADDRESS
from mailwizard.signin.oauth import polling

pytestmark = pytest.mark.usefixtures("at_hand")
SERVERS = ("--imap", "outlook.office365.com:993/tls", "--smtp", "smtp.office365.com:587/starttls")
"""Named, so that a slow machine does not stop looking for them before it has found any."""


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """Open Microsoft's world, whose first code ends before anybody types it."""

    async def wait(seconds: float) -> None:
        """Let the practice person be slow, and the program quick."""
        import asyncio

        await asyncio.sleep(0.3)

    monkeypatch.setattr(polling, "wait", wait)
    with opened("microsoft-device-code") as shared:
        let_in(monkeypatch, shared)
        issuer = shared.world.identity.issuers["microsoft"]
        issuer.slows_down = False
        issuer.fail_next("token", Refusal("expired_token", "AADSTS70020: This device code has expired."))
        yield shared


def test_a_code_that_has_ended_is_said_and_how_to_get_another(run: Run, ending: Shared) -> None:
    said = run("sign-in", CONTOSO_ADDRESS, *SERVERS, *MICROSOFT, "--device", *VAULT)
    assert said.code == 14
    assert "The code has ended before anybody typed it; the same command asks for a new one." in said.err
    assert "has expired" in said.out


def test_at_a_terminal_a_new_code_is_one_key_away(run: Run, ending: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, stdin = os.openpty()
    said, shown = output.say, list[str]()

    def hear(*lines: str) -> None:
        said(*lines)
        shown.extend(lines)
        asks = [line for line in lines if "press Enter" in line or "Press Enter" in line]
        if asks and any("has ended" in line for line in shown):
            os.write(keyboard, b"\r")

    monkeypatch.setattr(device_code, "say", hear)
    monkeypatch.setattr(device_code, "talks", lambda: True)
    with Path(os.ttyname(stdin)).open(encoding="utf-8") as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        done = run("sign-in", CONTOSO_ADDRESS, *SERVERS, *MICROSOFT, "--device", *VAULT)
    assert done.code == 0, done.err
    assert "Press Enter for a new one; Ctrl+C stops." in done.err
    codes = [line for line in shown if line.startswith("    ") and line.strip().isalnum()]
    assert len(codes) == 2 and codes[0] != codes[1]
    assert f"vault:{CONTOSO_ADDRESS}/sign-in" in done.out
    os.close(keyboard)
    os.close(stdin)
