"""What is told of a machine, without asking anybody and without a secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailwizard.machine import network, program, terminal
from mailwizard.model import Evidence, Outcome, Step
from mailwizard.report.environment import seen_clock

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
NONE = "0" * 32
GREETED = Evidence("imap://a.example:993/tls", Step.GREETING, Outcome.OK)
FETCHED = Evidence("autoconfig", Step.DISCOVER, Outcome.FAIL, facts=(("url", "https://a.example:993/x"),))


def four(to: str, flags: str) -> str:
    """Return a table of routes as the kernel shows it for IPv4."""
    return f"Iface\tDestination\tGateway\tFlags\neth0\t{to}\t0100000A\t{flags}\n"


def six(flags: str, over: str) -> str:
    """Return a default route as the kernel shows it for IPv6."""
    return f"{NONE} 00 {NONE} 00 fe80{NONE[4:]} 00000400 00000001 00000000 {flags} {over}\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("http://bob:s3cret@proxy.example.com:3128/x?y=s3cret", "http://proxy.example.com:3128"),
        ("bob:s3cret@proxy:8080", "proxy:8080"),
        ("http://bob:s3c@ret@proxy", "http://proxy"),
        ("socks5h://[::1]:1080", "socks5h://[::1]:1080"),
        ("http://s3cret word", "(cannot be read)"),
    ],
)
def test_a_proxy_is_told_without_who_signs_in_there(value: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", value)
    assert network.proxies() == (("https_proxy", shown),)


@pytest.mark.parametrize(
    ("ipv4", "ipv6", "told"),
    [
        (four("00000000", "0003"), six("00000003", "eth0"), ("yes", "yes")),
        (four("0000A8C0", "0001"), six("00200200", "lo"), ("no", "no")),
        (four("00000000", "0203"), six("00000203", "eth0"), ("no", "no")),
        ("\xff", "odd line\n", ("", "no")),
        (None, None, ("", "")),
    ],
)  # fmt: skip
def test_the_ways_out_are_read_of_the_kernels_routes(
    ipv4: str | None, ipv6: str | None, told: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = (tmp_path / "route", tmp_path / "ipv6_route")
    for path, text in zip(paths, (ipv4, ipv6), strict=True):
        if text is not None:
            path.write_text(text)
    monkeypatch.setattr(network, "_ROUTES", paths)
    assert network.way_out() == told


def test_what_a_terminal_is_in_is_told_innermost_first(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "STY", "ZELLIJ", "SSH_TTY", "SSH_CONNECTION", "MOSH_IP", "WSL_DISTRO_NAME", "container"):
        monkeypatch.delenv(name, raising=False)
    assert terminal.around() == ()
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    monkeypatch.setenv("TMUX", "/tmp/tmux")
    assert terminal.around() == ("tmux", "SSH")


def test_program_and_system_are_told() -> None:
    assert program.MAKER.startswith("mailwizard ") and program.python().startswith("CPython 3.")
    assert dict(program.parts())["textual"] and program.version("no-such-library") == ""


@pytest.mark.parametrize(
    ("seen", "offset"),
    [
        (replace(GREETED, detail="ready Mon, 02 Nov 2026 13:00:00 +0000"), 3600),
        (replace(GREETED, detail="ready"), None),
        (replace(FETCHED, facts=(*FETCHED.facts, ("ahead", "-7200"))), -7200),
        (replace(FETCHED, facts=(("ahead", "odd"),)), None),
    ],
)  # fmt: skip
def test_a_servers_clock_is_held_against_this_machines(seen: Evidence, offset: float | None) -> None:
    ahead, whose = seen_clock((seen,), NOW)
    assert ahead == offset and whose == ("a.example:993" if offset else "")
    assert seen_clock((), NOW + timedelta(1)) == (None, "")
