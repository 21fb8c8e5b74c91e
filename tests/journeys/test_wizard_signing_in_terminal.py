"""Signing in with a browser on a real terminal: the address out of it, quiet on the line, at once away, no secret."""

from __future__ import annotations

import base64
import re
import time
from pathlib import Path

from tests.journeys.terminal import COMMAND, Terminal, terminal

SECRETS = (b"ya29.", b"1//0", b"code=4", b"code_verifier", b"refresh_token", b"mailwizard-grant")
"""What tokens, codes and what holds them look like in the practice world."""
LOADS = 20
"""Seconds that Google's library takes to load where it is slow."""


def gets_to_registration(person: Terminal) -> None:
    """Get to the question which program signs in."""
    person.sees("What is to be set up?")
    person.presses("enter")
    person.sees("Whose mail account is it?")
    person.answers("alice-practice@gmail.com")
    person.sees("> Name")
    person.answers("")
    person.sees("Servers 3/7", "Outgoing")
    person.presses("enter")
    person.sees("Sign-in 4/7", "[>Sign in<]")
    person.presses("enter")
    person.sees("[>Take the practice registration<]")


def test_the_address_leaves_the_screen_whole_and_nothing_secret_does() -> None:
    with terminal(COMMAND, "demo", "google-browser") as person:
        gets_to_registration(person)
        person.presses("enter")
        person.sees("Open this in any browser", "Listening", "min")
        person.types("c")
        person.sees("Sent to your terminal's clipboard. If it did not arrive", "press p.")
        sent = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", person.raw)
        assert sent is not None
        url = base64.b64decode(sent[1]).decode()
        assert url.startswith("https://accounts.google.com/o/oauth2/v2/auth?") and "code_challenge=" in url
        before = len(person.raw)
        person.types("p")
        person.sees("Press Enter to go back to mailwizard.")
        assert f"\r\n{url}\r\n".encode() in person.raw[before:]
        person.presses("enter")
        person.sees("Open this in any browser", "Listening")
        quiet_from = time.monotonic()
        while time.monotonic() - quiet_from < 1:
            person.listen()
        before = len(person.raw)
        quiet_from = time.monotonic()
        while time.monotonic() - quiet_from < 4:
            person.listen()
        assert len(person.raw) - before < 150, person.raw[before:]
        person.presses("tab")
        person.sees("> Answer")
        person.presses("tab")
        person.sees("[>Let the practice browser answer<]")
        person.presses("enter")
        person.sees("Signed in", "[>Check it<]")
        person.presses("enter")
        person.sees("Receiving and sending work.")
        person.presses("ctrl+c")
        person.sees("Leave?")
        person.presses("ctrl+c")
        assert person.ends() == 130
        assert person.restored
    bare = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\s", b"", person.raw)
    for secret in SECRETS:
        assert secret not in bare, secret


def test_a_sign_in_is_left_at_once_also_while_the_libraries_are_loaded(tmp_path: Path) -> None:
    slow = tmp_path / "google_auth_oauthlib"
    slow.mkdir()
    (slow / "__init__.py").write_text(f"import time; time.sleep({LOADS})", encoding="utf-8")
    for key in ("escape", "ctrl+c"):
        with terminal(COMMAND, "demo", "google-browser", env={"PYTHONPATH": str(tmp_path)}) as person:
            gets_to_registration(person)
            person.presses("enter")
            person.sees("Sign-in at Google")
            pressed = time.monotonic()
            person.presses(key)
            person.sees("Sign-in 4/7", "[>Sign in<]")
            assert time.monotonic() - pressed < LOADS / 2
            person.presses("ctrl+c")
            person.sees("Leave?")
            person.presses("ctrl+c")
            assert person.ends() == 130
            assert time.monotonic() - pressed < LOADS
