"""A browser on one machine signs in for a mailwizard on another, over lines that are copied there and back."""

from __future__ import annotations

import asyncio
import re
import urllib.parse
from pathlib import Path

import pexpect
import pytest
from tests.ending import end
from tests.journeys.commands import PROGRAM
from tests.unit.test_net_listening import brought, get
from tests.unit.test_oauth_answers import CODE, STATE, asked, free_port, query

from mailwizard.signin.oauth.handover import OneTimeKey


def lines_of(text: str) -> str:
    return "\n".join(re.findall(r"mw1a\S+", text))


async def visited(port: int) -> bytes:
    """Visit the port as the browser does, once somebody listens there."""
    for _ in range(200):
        try:
            return await brought(port, get(f"/?{query()}", f"127.0.0.1:{port}"))
        except ConnectionError:
            await asyncio.sleep(0.05)
    raise AssertionError("nobody listens")


@pytest.fixture
def port() -> int:
    return asyncio.run(free_port())


def started(home: Path, *words: str) -> pexpect.spawn[str]:
    environ = {"HOME": str(home), "TERM": "xterm", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    return pexpect.spawn(PROGRAM, ["authorize", *words], env=environ, encoding="utf-8", timeout=30, dimensions=(24, 80))


def test_the_browser_s_visit_comes_back_sealed(home: Path, port: int) -> None:
    key = OneTimeKey()
    there = started(home)
    there.expect("begin with mw1")
    for line in key.request(asked(port)):
        there.sendline(line)
    there.expect("Then come back")
    assert urllib.parse.unquote(there.before or "").count("accounts.example")
    told = asyncio.run(visited(port))
    assert b"go back to the terminal" in told
    there.expect(pexpect.EOF)
    assert key.open(lines_of(there.before or "")).code == CODE
    assert CODE not in (there.before or "")
    there.close()
    assert there.exitstatus == 0


def test_a_pasted_address_is_not_shown_and_counts_and_a_wrong_one_is_named(home: Path, port: int) -> None:
    key = OneTimeKey()
    there = started(home, "--no-browser")
    seen: list[str] = []
    there.logfile_read = type("Log", (), {"write": lambda self, text: seen.append(text), "flush": lambda self: None})()
    there.expect("begin with mw1")
    there.send("\r".join(key.request(asked(port))) + "\r")
    there.expect("Then come back")
    there.sendline(f"http://127.0.0.1:{port}/?{query(state='other')}")
    there.expect("another sign-in")
    there.sendline(f"http://127.0.0.1:{port}/?{query()}")
    there.expect(pexpect.EOF)
    assert key.open(lines_of(there.before or "")).code == CODE
    there.close()
    assert there.exitstatus == 0
    assert urllib.parse.quote(CODE, safe="") not in "".join(seen)
    assert f"state={STATE}&code" not in "".join(seen)


def test_a_damaged_line_is_named_and_ctrl_c_leaves_the_terminal_as_it_was(home: Path, port: int) -> None:
    lines = list(OneTimeKey().request(asked(port)))
    there = started(home)
    there.expect("begin with mw1")
    there.sendline("\r".join([lines[0], lines[1][:-2] + "zz", *lines[2:]]))
    there.sendcontrol("d")
    there.expect("Line 2 is damaged")
    there.expect(pexpect.EOF)
    there.close()
    assert there.exitstatus == 2
    there = started(home)
    there.expect("begin with mw1")
    there.sendintr()
    there.expect("stopped")
    there.expect(pexpect.EOF)
    there.close()
    assert there.exitstatus == 130


def test_a_request_with_another_machine_s_line_ends_is_read_and_endless_input_is_not(home: Path, port: int) -> None:
    there = started(home, "--no-browser")
    there.expect("begin with mw1")
    there.send("\r\n".join(OneTimeKey().request(asked(port))) + "\r\n")
    there.expect("Then come back")
    end(there)
    there = started(home, "--no-browser")
    there.expect("begin with mw1")
    for _ in range(40):
        there.send("x" * 500 + "\r")
    there.expect("far more than a request")
    there.expect(pexpect.EOF)
    there.close()
    assert there.exitstatus == 2


def test_who_gets_the_sign_in_is_said_before_the_address_is_shown(home: Path, port: int) -> None:
    there = started(home, "--no-browser")
    there.expect("begin with mw1")
    lines = OneTimeKey().request(asked(port))
    there.send("\r\r" + "\r".join(lines[:-1]) + "\r\r")
    there.expect(f"Line {len(lines)} of {len(lines)} is missing")
    there.send(lines[-1] + "\r")
    there.expect("This signs in at accounts.example")
    there.expect("only if you yourself just")
    there.expect("Open this address")
    end(there)


def test_input_that_ends_without_a_request_is_told_so_whatever_empty_lines_it_begins_with(home: Path) -> None:
    there = started(home, "--no-browser")
    there.expect("begin with mw1")
    there.send("\r\r")
    there.sendcontrol("d")
    there.expect("there is no request on standard input")
    there.expect(pexpect.EOF)
    there.close()
    assert there.exitstatus == 2
