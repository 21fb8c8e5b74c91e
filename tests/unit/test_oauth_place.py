"""Where a person sits decides what is offered; nothing is started to find out."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailwizard.signin.oauth.place import Place, here


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    for name in ("xdg-open", "w3m", "firefox"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_over_ssh_nothing_is_opened_and_the_whole_command_is_shown(programs: Path) -> None:
    came = {"SSH_CONNECTION": "192.0.2.7 50000 198.51.100.3 2222", "USER": "alice", "DISPLAY": ":0"}
    place = here(came | {"PATH": str(programs)})
    assert place.ssh and not place.opens
    assert place.forward(53171) == "ssh -p 2222 -N -L 53171:127.0.0.1:53171 alice@198.51.100.3"


def test_on_a_desktop_a_graphical_browser_is_opened(programs: Path) -> None:
    assert here({"DISPLAY": ":0", "PATH": str(programs)}).opens
    assert here({"WAYLAND_DISPLAY": "w", "PATH": str(programs), "BROWSER": "firefox"}).opener == "firefox"


@pytest.mark.parametrize("told", [{}, {"DISPLAY": ""}, {"BROWSER": "w3m"}, {"BROWSER": "firefox"}])
def test_without_a_desktop_none_is(programs: Path, told: dict[str, str]) -> None:
    assert not here(told | {"PATH": str(programs)}).opens


def test_a_browser_in_the_terminal_is_none(programs: Path) -> None:
    assert here({"DISPLAY": ":0", "PATH": str(programs), "BROWSER": "/usr/bin/w3m"}).opener == "xdg-open"
    assert here({"DISPLAY": ":0", "PATH": "/nowhere", "BROWSER": "w3m"}).opener == ""


@pytest.mark.parametrize("said", ["", "x", "1 2 3 x", "a b \x1b[2J 22", "192.0.2.7 50000 198.51.100.3 22 9"])
def test_a_damaged_environment_does_no_harm(said: str) -> None:
    command = here({"SSH_CONNECTION": said, "USER": "$(reboot)"}).forward(1)
    assert command.isprintable() and "$(" not in command


def test_an_unknown_machine_is_left_for_the_person_to_fill_in() -> None:
    assert Place(True).forward(53171).endswith("USER@THIS-MACHINE")
