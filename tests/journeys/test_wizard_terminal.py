"""The wizard in a real terminal: the demo to its end, what never leaves, and how it ends."""

from __future__ import annotations

import base64
import re
import signal
import time
from pathlib import Path

import pytest
from tests.journeys.terminal import COMMAND, PATIENCE, Terminal, terminal, wizard
from tests.stopwatch import Stopwatch

from mailwizard.sandbox.internet import PASSWORD

UNTOLD = """
from contextlib import asynccontextmanager
from mailwizard.sandbox import open_world
from mailwizard.tui.running import run_wizard

class Untold:
    "A practice world that does not say its password."
    def __init__(self, world):
        self.net, self.switches, self.address, self.label = world.net, world.switches, world.address, world.label
        self.story, self.password, self.refused_password = (), "the password that you know", ""

@asynccontextmanager
async def world():
    async with open_world("SCENARIO") as opened:
        yield Untold(opened)

raise SystemExit(run_wizard(world=world))
"""


def encodings(secret: str) -> list[bytes]:
    """Return the forms in which a secret could leak."""
    plain = secret.encode()
    padded = [base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)]
    return [plain, plain.hex().encode(), plain[::-1], repr(secret).encode(), *padded, secret.encode("utf-16-le")]


def to_sign_in(person: Terminal, address: str) -> None:
    person.sees("What is to be set up?")
    person.presses("enter")
    person.sees("Whose mail account is it?")
    person.answers(address)
    person.sees("> Name")
    person.answers("")
    person.sees("Servers 3/7", "Outgoing")
    person.presses("enter")
    person.sees("Sign-in 4/7")


def test_the_demo_leads_from_the_refusal_to_a_saved_account_by_what_is_on_screen(tmp_path: Path) -> None:
    with terminal(COMMAND, "demo") as person:
        person.sees("What is to be set up?", "Type the address adele@contoso.example", "Quiet-Harbour-26")
        to_sign_in(person, "adele@contoso.example")
        person.sees("Type Quiet-Harbour-26")
        person.answers("Quiet-Harbour-26")
        person.sees("FAIL", "SMTP AUTH", "Why", "Who", "F8")
        person.presses("f8")
        person.sees("Press F5 to check again.")
        person.presses("f5")
        person.sees("Sending works. Receiving is left out")
        person.presses("enter")
        person.sees("Save the account", "Vault", "nowhere, ask each time")
        person.presses("tab", "tab", "end", "enter")
        person.sees("Saved adele@contoso.example, personal, to send only")
        person.presses("enter")
        assert person.ends() == 0
        assert "Saved adele@contoso.example, personal, to send only" in person.after
        assert "Traceback" not in person.after
        assert person.restored
    assert not [path for path in (tmp_path / "home").rglob("*.toml")], "the demo wrote into the person's home"


def test_the_secret_never_reaches_the_terminal() -> None:
    with wizard(UNTOLD.replace("SCENARIO", "microsoft_smtp_auth_off")) as person:
        to_sign_in(person, "adele@contoso.example")
        person.types("Quiet-Harbour-26")
        person.sees("*" * len("Quiet-Harbour-26"))
        person.presses("shift+home", "ctrl+x")
        person.presses("enter")
        person.sees("FAIL", "Why")
        person.presses("f2")
        person.sees("Evidence: all that was seen")
        person.presses("escape")
        person.sees("Validate 5/7")
        person.presses("f8", "f5")
        person.sees("Sending works.")
        person.presses("ctrl+c")
        person.sees("Leave?")
        person.presses("ctrl+c")
        assert person.ends() == 130
    for form in encodings("Quiet-Harbour-26"):
        assert form not in person.raw, form
    assert b"\x1b]52;" not in person.raw


def test_a_secret_that_is_marked_and_copied_stays_where_it_is() -> None:
    with wizard(UNTOLD.replace("SCENARIO", "all_well")) as person:
        to_sign_in(person, "alice@practice.example")
        person.types(PASSWORD)
        person.sees("*" * len(PASSWORD))
        person.presses("shift+home", "ctrl+c")
        person.sees("Leave?")
        person.presses("ctrl+c")
        assert person.ends() == 130
    assert b"\x1b]52;" not in person.raw


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_run_with_the_draft_kept_and_the_terminal_restored(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    script = (
        "from mailwizard.tui.running import run_wizard\nfrom mailwizard.net.real import RealNet\n"
        "raise SystemExit(run_wizard(RealNet(resolver='127.0.0.1:9')))"
    )
    with wizard(script) as person:
        person.sees("What is to be set up?")
        person.presses("end", "enter")
        person.sees("Whose mail account is it?")
        person.answers("alice@practice.example")
        person.answers("")
        person.sees("Servers 3/7")
        watch = Stopwatch(person.child.pid)
        person.gets(number)
        assert person.ends() == code
        assert watch.seconds < 2
        assert person.restored
    kept = [path.read_text() for path in (tmp_path / "home").rglob("*") if path.is_file() and "draft" in str(path)]
    assert any("alice" in text for text in kept)


@pytest.mark.parametrize("before", ["", "trap '' HUP; "], ids=["SIGHUP heard", "SIGHUP ignored"])
def test_a_lost_terminal_ends_the_run(before: str, tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    watcher = f"trap : HUP; ({before}exec {COMMAND}); echo $? > {ended}"
    with terminal("/bin/sh", "-c", watcher) as person:
        person.sees("What is to be set up?")
        begun = time.monotonic()
        person.hang_up()
        while not (ended.exists() and ended.read_text()):
            assert time.monotonic() - begun < PATIENCE
            time.sleep(0.01)
        assert ended.read_text().strip() == "129"
        assert time.monotonic() - begun < 2.5


def test_without_a_shell_to_go_back_to_ctrl_z_changes_nothing() -> None:
    with terminal(COMMAND, "demo", "all-well") as person:
        person.sees("What is to be set up?")
        person.types("\x1a\r")
        person.sees("Whose mail account is it?")


def test_a_fault_of_ours_is_one_plain_line_without_any_value() -> None:
    script = """
import mailwizard.tui.screens.address as address
from mailwizard.tui.running import run_wizard

def broken(self):
    hunter = "".join(["open", "-", "sesame"])
    raise RuntimeError(f"no {hunter}")

address.Ask.begin = broken
raise SystemExit(run_wizard())
"""
    with wizard(script) as person:
        person.sees("What is to be set up?")
        person.presses("end", "enter")
        assert person.ends() == 70
        assert person.restored
        assert "RuntimeError in __main__:7" in person.after
        assert len(person.after.strip().splitlines()) == 1
        assert b"open-sesame" not in person.raw


def test_what_would_make_textual_write_down_every_key_is_ignored(tmp_path: Path) -> None:
    log = tmp_path / "keys.log"
    env = {"TEXTUAL_LOG": str(log), "TEXTUAL": "debug,devtools", "TEXTUAL_PRESS": "enter", "TEXTUAL_THEME": "nonsense"}
    with terminal(COMMAND, env=env) as person:
        person.sees("What is to be set up?")
        person.presses("ctrl+c")
        person.sees("Leave?")
        person.presses("ctrl+c")
        assert person.ends() == 130
    assert not log.exists()


def test_a_terminal_that_shows_ascii_only_gets_ascii_only() -> None:
    with terminal(COMMAND, "demo", env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}) as person:
        to_sign_in(person, "adele@contoso.example")
        person.answers("Quiet-Harbour-26")
        person.sees("FAIL", "Why")
        person.presses("f2")
        person.sees("Evidence")
        person.presses("escape")
        person.sees("Validate")
        person.presses("ctrl+c")
        person.sees("Leave?")
        person.presses("ctrl+c")
        assert person.ends() == 130
    assert person.raw.isascii()
    escaped = re.findall(rb".{60}\\[ux][0-9a-f]{2}.{40}", person.raw)
    assert not escaped


def test_the_note_is_printed_outside_the_screen_and_the_wizard_goes_on() -> None:
    with terminal(COMMAND, "demo") as person:
        to_sign_in(person, "adele@contoso.example")
        person.answers("Quiet-Harbour-26")
        person.sees("FAIL", "Note for the admin")
        person.presses("tab", "tab", "tab", "enter")
        person.sees("A note to pass on")
        before = len(person.raw)
        person.types("p")
        person.sees("Press Enter to go back to mailwizard.")
        printed = person.raw[before:].rpartition(b"\x1b[?1049l")[2].decode()
        assert "Subject: adele@contoso.example: " in printed
        command = "       Set-CASMailbox -Identity 'adele@contoso.example' -SmtpClientAuthenticationDisabled $false\r\n"
        assert command in printed
        assert "Quiet-Harbour-26" not in printed
        person.presses("enter")
        person.sees("A note to pass on", "Print outside the screen")
        person.presses("escape")
        person.sees("Validate 5/7")
        person.presses("f8")
        person.sees("Press F5 to check again.")
        person.presses("ctrl+c", "ctrl+c")
        assert person.ends() == 130
        assert person.restored


@pytest.mark.parametrize("kind", ["vt100", "linux", "screen"])
def test_plain_terminals_get_to_the_verdict_too(kind: str) -> None:
    with terminal(COMMAND, "demo", env={"TERM": kind}) as person:
        to_sign_in(person, "adele@contoso.example")
        person.answers("Quiet-Harbour-26")
        person.sees("FAIL", "SMTP AUTH", "Why", "Try again F5")
        person.presses("ctrl+c", "ctrl+c")
        assert person.ends() == 130
        assert person.restored


def test_a_terminal_that_can_move_no_cursor_is_asked_line_by_line() -> None:
    with terminal(COMMAND, "demo", env={"TERM": "dumb"}) as person:
        person.sees("a terminal called dumb shows no full screen", "What is to be set up?", "[1]:")
        person.answers(":leave")
        assert person.ends() == 130
        assert b"\x1b" not in person.raw


def test_a_wizard_that_nobody_touches_says_nothing_and_a_key_costs_little() -> None:
    with terminal(COMMAND, "demo") as person:
        person.sees("What is to be set up?")
        person.presses("enter")
        person.sees("Whose mail account is it?")
        quiet_since = time.monotonic()
        size = len(person.raw)
        while time.monotonic() - quiet_since < 1.0:
            person.listen()
            if len(person.raw) != size:
                size, quiet_since = len(person.raw), time.monotonic()
        person.types("a")
        person.sees("Address    a")
        assert len(person.raw) - size <= 200
