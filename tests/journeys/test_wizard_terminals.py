"""Both faces in other languages' character sets and on other terminals: no crash, nothing that cannot be shown."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.journeys.terminal import COMMAND, foreign, terminal

SETS = {
    "C": "ascii",
    "POSIX": "ascii",
    "C.UTF-8": "utf-8",
    "en_US.ISO-8859-1": "iso-8859-1",
    "ru_RU.KOI8-R": "koi8-r",
    "ja_JP.EUC-JP": "euc_jp",
}
KINDS = ("xterm-256color", "screen", "linux", "vt100")
EVERY = os.environ.get("MAILWIZARD_EVERY_TERMINAL", "")
"""Set to anything, each character set meets each kind of terminal; else each is met once."""
PAIRS = list(itertools.product(SETS, KINDS)) if EVERY else list(zip(SETS, itertools.cycle(KINDS), strict=False))
AS_THEY_ARE = {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
ESCAPES = re.compile(r"\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|U[0-9a-f]{8})")


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the locales that a machine seldom has, in a folder of their own."""
    folder = tmp_path_factory.mktemp("locales")
    for name in SETS:
        if name in {"C", "POSIX", "C.UTF-8"}:
            continue
        language, _, charset = name.partition(".")
        command = ["localedef", "-c", "-i", language, "-f", charset, str(folder / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not (folder / name).exists():
            if os.environ.get("MAILWIZARD_REQUIRE_REAL"):
                pytest.fail(f"localedef made no {name}: {done.stderr}")
            pytest.skip("localedef has no sources here (Debian: apt install locales)")
    return folder


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_the_full_screen_shows_only_what_the_terminal_can(name: str, kind: str, locales: Path) -> None:
    env = {**AS_THEY_ARE, "LC_ALL": name, "LOCPATH": str(locales), "TERM": kind}
    with terminal(COMMAND, "demo", "all-well", env=env) as person:
        person.sees("What is to be set up?")
        person.presses("enter")
        person.sees("Whose mail account is it?")
        person.presses("f1")
        person.sees("Esc close")
        person.presses("escape")
        person.sees("Whose mail account is it?")
        person.presses("ctrl+c", "ctrl+c")
        assert person.ends() == 130
        assert person.restored
    text = person.raw.decode(SETS[name])
    assert not ESCAPES.search(text)
    assert foreign(text.encode()) == b""


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_the_plain_face_says_only_what_the_reader_can_read(name: str, kind: str, locales: Path) -> None:
    env = {**os.environ, **AS_THEY_ARE, "LC_ALL": name, "LOCPATH": str(locales), "TERM": kind}
    answers = "1\nalice@practice.example\nÄnne Müller\n:leave\n".encode()
    done = subprocess.run(
        [COMMAND, "demo", "all-well", "--plain"], input=answers, env=env, capture_output=True, timeout=60, check=False
    )
    text = (done.stdout + done.stderr).decode(SETS[name])
    assert done.returncode == 130
    assert "What is to be set up?" in text
    assert not ESCAPES.search(text)
    assert b"\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("variable", ["NO_COLOR", "MONOCHROME"])
def test_without_colours_the_focus_and_the_outcomes_are_told_by_signs(variable: str) -> None:
    env = {"NO_COLOR": "1"} if variable == "NO_COLOR" else {"TERM": "vt220"}
    with terminal(COMMAND, "demo", "wrong-password", env=env) as person:
        person.sees("What is to be set up?")
        person.presses("tab")
        person.sees("[>Continue<]")
        person.presses("ctrl+c", "ctrl+c")
        assert person.ends() == 130
    colours = set(re.findall(rb"\x1b\[(?:[\d;]*;)?((?:3|9)[0-7]|38|4[0-7]|48)(?:;|m)", person.raw))
    assert not colours or variable != "NO_COLOR"
