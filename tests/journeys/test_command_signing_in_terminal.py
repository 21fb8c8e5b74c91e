"""Signing in by command at a terminal: pasting unseen, a forwarded port, another machine's browser, and stopping."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pexpect
import pytest
from tests.ending import end
from tests.journeys.commands import PROGRAM
from tests.stopwatch import Stopwatch
from tests.unit.test_net_listening import brought, get
from tests.unit.test_oauth_answers import free_port

from mailwizard.sandbox.internet import GMAIL_ADDRESS

ROOT = Path(__file__).parents[2]
CLIENT = "407408718192-practice.apps.googleusercontent.com"
SECRET = "GOCSPX-practice-only-not-a-secret"


@dataclass
class Terminal:
    """A command at a terminal, with the practice world for a network and a browser beside it."""

    there: pexpect.spawn[str]
    path: str
    shown: list[str]

    def browser(self, order: str) -> str:
        """Let the browser do something, and return what comes of it."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.path)
            stream = line.makefile("rw", encoding="utf-8")
            stream.write(f"{order}\n")
            stream.flush()
            return stream.readline().strip()

    def page(self) -> str:
        """Return the address that is to be opened, which stands whole on one line."""
        self.there.expect(r"\r\n(https://accounts\.google\.com/\S+)\r\n")
        return found(self.there)

    def ended(self) -> int:
        """Return the exit code, once it has ended."""
        self.there.expect(pexpect.EOF)
        self.there.close()
        return -1 if self.there.exitstatus is None else self.there.exitstatus

    def screen(self) -> str:
        """Return everything that the terminal got."""
        return "".join(self.shown)


def found(there: pexpect.spawn[str]) -> str:
    """Return what the brackets of the last pattern found."""
    assert isinstance(there.match, re.Match)
    return str(there.match[1])


Begin = Callable[..., Terminal]


@pytest.fixture
def begun(tmp_path: Path, home: Path) -> Iterator[Begin]:
    """Return a way to begin a sign-in at Google at a terminal."""
    started: list[pexpect.spawn[str]] = []
    secret, phrase = tmp_path / "client-secret", tmp_path / "phrase"
    secret.write_text(f"{SECRET}\n")
    phrase.write_text("a passphrase for practice\n")

    def begin(*words: str, asks: bool = False) -> Terminal:
        environ = {"HOME": str(home), "TERM": "xterm", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "USER": "alice"}
        environ |= {"SSH_CONNECTION": "198.51.100.9 50000 203.0.113.5 2222", "MAILWIZARD_PASSPHRASE_FILE": str(phrase)}
        path = str(tmp_path / f"browser-{len(started)}")
        reference = () if asks else ("--client-secret-ref", f"file:{secret}")
        argv = ["-m", "tests.journeys.browser_apart", path, "google-browser", "sign-in", GMAIL_ADDRESS]
        argv += ["--client-id", CLIENT, *reference, "--store", "vault", *words]
        there = pexpect.spawn(
            sys.executable, argv, env=environ, cwd=str(ROOT), encoding="utf-8", timeout=30, dimensions=(40, 400)
        )
        shown: list[str] = []
        write = {"write": lambda self, text: shown.append(text), "flush": lambda self: None}
        there.logfile_read = type("Log", (), write)()
        started.append(there)
        return Terminal(there, path, shown)

    yield begin
    for there in started:
        end(there)


@pytest.fixture
async def port() -> int:
    return await free_port()


def no_secret_is_seen(terminal: Terminal, known: list[str], home: Path) -> None:
    """Hold what was shown and written against everything that was given out."""
    for secret in known:
        assert secret not in terminal.screen()
        assert not [path for path in home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_a_pasted_address_is_unseen_wrong_ones_are_named_and_no_secret_is_anywhere(
    begun: Begin, port: int, home: Path
) -> None:
    terminal: Terminal = begun("--port", str(port))
    there = terminal.there
    page = terminal.page()
    there.expect_exact(f"ssh -p 2222 -N -L {port}:127.0.0.1:{port} alice@203.0.113.5")
    there.expect_exact("Ctrl+C stops.")
    there.sendline(page)
    there.expect_exact("This is the address of the sign-in page.")
    dead = terminal.browser(f"paste {page}")
    there.sendline(re.sub(r"state=[^&]+", "state=another", dead))
    there.expect_exact("This answer belongs to another sign-in.")
    there.sendline(dead.split("&code=")[0].split("?code=")[0])
    there.expect_exact("cut off")
    proc = Path(f"/proc/{there.pid}")
    arguments, environ = (proc / "cmdline").read_bytes(), (proc / "environ").read_bytes()
    there.sendline(dead)
    there.expect_exact(f"vault:{GMAIL_ADDRESS}/sign-in")
    assert terminal.ended() == 0
    known = json.loads(Path(f"{terminal.path}.secrets").read_text(encoding="utf-8"))
    assert len(known) >= 4
    code = parse_qs(urlsplit(dead).query)["code"][0]
    no_secret_is_seen(terminal, [*known, code, SECRET], home)
    assert code.encode() not in arguments + environ
    assert SECRET.encode() not in arguments + environ


def test_a_browser_behind_a_forwarded_port_ends_the_wait_by_itself(begun: Begin, port: int, home: Path) -> None:
    terminal: Terminal = begun("--port", str(port))
    page = terminal.page()
    terminal.there.expect_exact("Ctrl+C stops.")
    dead = terminal.browser(f"visit {page}")
    assert dead.startswith(f"http://127.0.0.1:{port}/")
    terminal.there.expect_exact(f"Signed in at Google as {GMAIL_ADDRESS}.")
    assert terminal.ended() == 0
    no_secret_is_seen(terminal, [parse_qs(urlsplit(dead).query)["code"][0], SECRET], home)


def test_a_port_that_is_taken_does_not_keep_anybody_from_pasting(begun: Begin, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        terminal: Terminal = begun("--port", str(port))
        page = terminal.page()
        terminal.there.expect_exact("Nobody can listen on the port here")
        terminal.there.sendline(terminal.browser(f"paste {page}"))
        assert terminal.ended() == 0


def test_the_client_secret_is_asked_for_unseen(begun: Begin, port: int, home: Path) -> None:
    terminal: Terminal = begun("--port", str(port), asks=True)
    terminal.there.expect_exact(f"Client secret of {CLIENT}:")
    terminal.there.waitnoecho(10)
    terminal.there.sendline(SECRET)
    page = terminal.page()
    terminal.there.sendline(terminal.browser(f"paste {page}"))
    assert terminal.ended() == 0
    no_secret_is_seen(terminal, [SECRET], home)


async def test_another_machine_s_browser_signs_in_by_lines(begun: Begin, port: int, tmp_path: Path) -> None:
    terminal: Terminal = begun("--port", str(port), "--handover")
    terminal.there.expect_exact("they are not shown")
    request = re.findall(r"mw1q\S+", terminal.screen())
    environ = {"HOME": str(tmp_path), "TERM": "xterm", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    laptop = pexpect.spawn(
        PROGRAM, ["authorize", "--no-browser"], env=environ, encoding="utf-8", timeout=30, dimensions=(40, 400)
    )
    laptop.expect("begin with mw1")
    for line in request:
        laptop.sendline(line)
    laptop.expect(r"\r\n(https://accounts\.google\.com/\S+)\r\n")
    page = found(laptop)
    laptop.expect("Then come back")
    dead = await asyncio.to_thread(terminal.browser, f"paste {page}")
    laptop.sendline(dead)
    laptop.expect(pexpect.EOF)
    answer = re.findall(r"mw1a\S+", laptop.before or "")
    laptop.close()
    code = parse_qs(urlsplit(dead).query)["code"][0]
    assert laptop.exitstatus == 0 and answer and code not in "".join(answer)
    terminal.there.sendline(answer[0][:-2] + "zz")
    for line in answer[1:]:
        terminal.there.sendline(line)
    terminal.there.sendline("")
    terminal.there.expect("Line 1 is (damaged|missing)|Line 1 of")
    for line in answer:
        terminal.there.sendline(line)
    terminal.there.expect_exact(f"Signed in at Google as {GMAIL_ADDRESS}.")
    assert terminal.ended() == 0
    assert code not in terminal.screen()


@pytest.mark.parametrize("words", [(), ("--handover",)])
def test_ctrl_c_says_what_happened_and_leaves_the_terminal_as_it_was(
    begun: Begin, port: int, words: tuple[str, ...]
) -> None:
    terminal: Terminal = begun("--port", str(port), *words)
    terminal.there.expect_exact("Ctrl+C stops.")
    terminal.there.waitnoecho(10)
    terminal.there.sendintr()
    terminal.there.expect_exact("Nobody was signed in and nothing was kept.")
    assert terminal.ended() == 130


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_provider_that_says_nothing_keeps_nobody_who_wants_to_stop(
    begun: Begin, port: int, home: Path, number: int, code: int
) -> None:
    terminal: Terminal = begun("--port", str(port))
    page = terminal.page()
    dead = terminal.browser(f"paste {page}")
    terminal.browser("silence")
    terminal.there.sendline(dead)
    terminal.there.expect_exact("OK    authorize")
    watch = Stopwatch(terminal.there.pid)
    terminal.there.kill(number)
    terminal.there.expect_exact("Nobody was signed in and nothing was kept.")
    assert watch.seconds < 1
    assert terminal.ended() == code
    assert not list((home / ".local").rglob("vault"))


async def visited(port: int, target: str) -> bytes:
    """Visit the port, once somebody listens there."""
    for _ in range(200):
        try:
            return await brought(port, get(target, f"127.0.0.1:{port}"))
        except ConnectionError:
            await asyncio.sleep(0.05)
    raise AssertionError("nobody listens")


async def test_a_wrong_visit_gets_nothing_and_the_right_one_still_counts(begun: Begin, port: int) -> None:
    terminal: Terminal = begun("--port", str(port))
    page = terminal.page()
    terminal.there.expect_exact("Ctrl+C stops.")
    for target in ("/?code=abcdefghijklmnop&state=wrong", "/other", "/"):
        assert b" 404 " in (await visited(port, target)).split(b"\r\n")[0]
    here = threading.Thread(target=terminal.browser, args=(f"visit {page}",))
    here.start()
    terminal.there.expect_exact(f"Signed in at Google as {GMAIL_ADDRESS}.")
    here.join(10)
    assert terminal.ended() == 0
