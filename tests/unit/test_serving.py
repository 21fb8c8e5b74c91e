"""The server of the wizard in a browser, with a small program in its terminal and a browser that may be anybody's."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mailwizard.serving.running import Visit, visited
from mailwizard.serving.site import Program, Site
from mailwizard.serving.terminal import surroundings

PROGRAM = """
import os, sys, signal, tty
hung_up = lambda *_: (open("hung-up", "w").close(), sys.exit(129))
signal.signal(signal.SIGHUP, hung_up)
say = lambda text: os.write(1, text.encode())
signal.signal(signal.SIGWINCH, lambda *_: say("size %dx%d\\n" % os.get_terminal_size(1)))
tty.setcbreak(0)
open("pid", "w").write(str(os.getpid()))
say("\\x1b[?1049hbegun %dx%d %s\\n" % (*os.get_terminal_size(1), os.isatty(0)))
while (typed := os.read(0, 1)) != b"q":
    say("got " + repr(typed) + "\\n")
say("\\x1b[?1049l\\x1b[1mSaved it.\\x1b[0m\\n")
sys.exit(7)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Someone:
    """A browser, or what passes itself off as one."""

    def __init__(self, site: Site, client: aiohttp.ClientSession) -> None:
        self.site, self.client = site, client
        self.base = f"http://127.0.0.1:{site.gate.port}"
        self.room = f"{self.base}/{site.gate.room}/"

    async def get(self, url: str, **headers: str) -> tuple[int, str]:
        async with self.client.get(url, headers={k.replace("_", "-"): v for k, v in headers.items()}) as answer:
            self.headers = answer.headers
            return answer.status, await answer.text()

    async def enter(self) -> None:
        assert (await self.get(self.site.gate.address))[0] == 200

    def connect(self, origin: str | None = None, size: str = "?width=90&height=30") -> Any:
        return self.client.ws_connect(
            f"{self.room}ws{size}", headers={"Origin": self.base if origin is None else origin}
        )


@asynccontextmanager
async def served(idle: float = 60.0, program: str = PROGRAM) -> AsyncIterator[tuple[Someone, asyncio.Task[Visit]]]:
    """Serve a program to somebody, and end it."""
    begun: asyncio.Future[Site] = asyncio.get_running_loop().create_future()

    async def ready(site: Site) -> None:
        begun.set_result(site)

    visit = asyncio.create_task(visited(Program([sys.executable, "-c", program]), 0, ready, idle))
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
            yield Someone(await begun, client), visit
    finally:
        visit.cancel()
        await asyncio.gather(visit, return_exceptions=True)
        assert not await answers(begun.result().gate.port), "something still listens"


async def answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def told(socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
    """Wait until the terminal shows a text."""
    shown = b""
    async with asyncio.timeout(20):
        while text.encode() not in shown:
            message = await socket.receive()
            assert message.type is aiohttp.WSMsgType.BINARY, (message, shown)
            shown += message.data


async def gone(path: Path) -> None:
    """Wait until the program has ended that wrote its number into a file."""
    async with asyncio.timeout(5):
        while not (number := int(await asyncio.to_thread(path.read_text) or 0)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        while True:
            try:
                os.kill(number, 0)
            except ProcessLookupError:
                return
            await asyncio.sleep(0.02)


async def test_a_browser_with_the_address_has_a_terminal_until_the_program_ends(folder: Path) -> None:
    async with served() as (someone, visit):
        await someone.enter()
        assert someone.site.gate.room in (await someone.get(someone.room))[1]
        async with someone.connect() as socket:
            await told(socket, "begun 90x30 True")
            await socket.send_str(json.dumps(["resize", {"width": 100, "height": 40}]))
            await told(socket, "size 100x40")
            await socket.send_str(json.dumps(["stdin", "ä"]))
            await told(socket, "got")
            await socket.send_str(json.dumps(["stdin", "q"]))
            await told(socket, "Saved it.")
            while not socket.closed:
                await socket.receive()
        ended = await visit
        assert (ended.code, ended.came) == (7, True)
        assert "Saved it." in ended.last_words and "begun" not in ended.last_words
        assert not await answers(someone.site.gate.port)


async def test_the_address_works_once_and_only_by_getting_it() -> None:
    async with served() as (someone, _):
        address = someone.site.gate.address
        async with someone.client.head(address) as answer:
            assert answer.status == 403 or answer.status == 405
        assert (await someone.get(address, Sec_Purpose="prefetch;prerender"))[0] == 503
        for wrong in (address[:-1], f"{address}x", f"{address[:-43]}%ff%00", f"{address[:-43]}é"):
            assert (await someone.get(wrong))[0] == 403
        await someone.enter()
        status, text = await someone.get(address)
        assert status == 403 and "works once" in text
        assert (await someone.get(someone.room))[0] == 200


async def test_nobody_without_the_cookie_sees_anything() -> None:
    async with served() as (someone, _):
        await someone.enter()
        async with aiohttp.ClientSession() as other:
            for path in ("", "ws", "textual.js", "page.css", "nothing", "../../etc/passwd"):
                async with other.get(f"{someone.room}{path}") as answer:
                    assert answer.status in {403, 404}
                    assert (await answer.text()).startswith("mailwizard: Only the browser")
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await other.ws_connect(f"{someone.room}ws", headers={"Origin": someone.base})
            stolen = {"Cookie": f"mailwizard={'x' * 43}"}
            async with other.get(someone.room, headers=stolen) as answer:
                assert answer.status == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "[::1]:{port}", "0.0.0.0"])
async def test_a_name_that_leads_here_from_elsewhere_is_refused_even_with_the_cookie(host: str) -> None:
    async with served() as (someone, _):
        named = host.format(port=someone.site.gate.port)
        status, _ = await someone.get(someone.site.gate.address, Host=named)
        assert status == 421
        await someone.enter()
        assert (await someone.get(someone.room, Host=named))[0] == 421
        assert "evil.example" not in someone.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "origin", ["", "null", "http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1:1"]
)
async def test_another_page_cannot_connect(origin: str) -> None:
    async with served() as (someone, _):
        await someone.enter()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await someone.connect(origin.format(port=someone.site.gate.port))
        assert refused.value.status == 403
        assert (await someone.get(someone.room, Sec_Fetch_Site="cross-site"))[0] == 403
        assert (await someone.get(someone.room, Sec_Fetch_Site="same-site"))[0] == 403


async def test_localhost_is_this_host_too_for_a_forwarded_port() -> None:
    async with served() as (someone, _):
        await someone.enter()
        host = f"localhost:{someone.site.gate.port}"
        status, text = await someone.get(someone.room, Host=host)
        assert status == 200 and f"ws://{host}/" in text
        assert f"connect-src ws://{host};" in someone.headers["Content-Security-Policy"]


async def test_there_is_one_terminal_at_a_time(folder: Path) -> None:
    async with served() as (someone, _):
        await someone.enter()
        async with someone.connect() as socket:
            await told(socket, "begun")
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await someone.connect()
            assert refused.value.status == 409


async def test_a_window_that_is_closed_hangs_up_and_the_same_browser_may_come_back(folder: Path) -> None:
    async with served() as (someone, visit):
        left: list[bool] = []
        someone.site.left = lambda: left.append(True)
        await someone.enter()
        for _ in range(2):
            async with someone.connect() as socket:
                await told(socket, "begun")
            await gone(folder / "pid")
            assert (folder / "hung-up").exists()
            (folder / "hung-up").unlink()
        assert not visit.done() and left


async def test_a_program_that_will_not_end_is_ended(folder: Path) -> None:
    stubborn = PROGRAM.replace("signal.signal(signal.SIGHUP, hung_up)", "signal.signal(signal.SIGHUP, signal.SIG_IGN)")
    stubborn = stubborn.replace("os.read(0, 1)", "__import__('time').sleep(60)")
    async with served(program=stubborn) as (someone, _):
        await someone.enter()
        async with someone.connect() as socket:
            await told(socket, "begun")
        await gone(folder / "pid")


async def test_it_ends_when_nobody_comes_and_when_nobody_types(folder: Path) -> None:
    async with served(idle=0.3) as (_, visit):
        assert await visit == Visit(None, False)
    async with served(idle=1.0) as (someone, visit):
        await someone.enter()
        async with someone.connect() as socket:
            await told(socket, "begun")
            assert await visit == Visit(None, True)
        await gone(folder / "pid")
        assert (folder / "hung-up").exists()


async def test_stopping_it_hangs_up_on_the_program(folder: Path) -> None:
    async with served() as (someone, visit):
        await someone.enter()
        async with someone.connect() as socket:
            await told(socket, "begun")
            visit.cancel()
            await asyncio.gather(visit, return_exceptions=True)
        await gone(folder / "pid")
        assert (folder / "hung-up").exists()


@pytest.mark.parametrize(
    "message",
    [
        *("", "[]", "{}", "[1,2]", '["stdin"]', '["stdin",5]', '["resize",[1]]', "[" * 90000),
        *('["resize",{"width":-1,"height":99999999}]', '["download","/etc/passwd"]'),
    ],
    ids=range(10),
)
async def test_nonsense_from_the_page_changes_nothing(message: str) -> None:
    async with served() as (someone, visit):
        await someone.enter()
        async with someone.connect(size="?width=x&height=") as socket:
            await told(socket, "begun 80x24")
            await socket.send_str(message)
            await socket.send_bytes(b'["stdin","q"]')
            await socket.send_str(json.dumps(["stdin", "x"]))
            await told(socket, "got b'x'")
            assert not visit.done()


async def test_every_answer_forbids_what_comes_from_elsewhere_and_is_kept_nowhere() -> None:
    async with served() as (someone, _):
        await someone.enter()
        for url in (someone.room, f"{someone.room}textual.js", f"{someone.room}nothing", f"{someone.base}/"):
            await someone.get(url)
            policy = someone.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self';")
            assert "frame-ancestors 'none'" in policy and "http" not in policy
            assert someone.headers["Cache-Control"] == "no-store"
            assert someone.headers["Referrer-Policy"] == "no-referrer"
            assert someone.headers["X-Content-Type-Options"] == "nosniff"
            assert someone.headers["Server"] == "mailwizard"


async def test_the_page_names_nothing_from_elsewhere_and_all_its_parts_are_there() -> None:
    import re

    async with served() as (someone, _):
        await someone.enter()
        _, page = await someone.get(someone.room)
        _, style = await someone.get(f"{someone.room}page.css")
        parts = re.findall(r'(?:src|href)="([^"]+)"', page) + re.findall(r'url\("([^"]+)"\)', style)
        assert {part for part in parts if ":" in part or "//" in part} == {"data:,"}
        for part in set(parts) - {"data:,"}:
            async with someone.client.get(f"{someone.room}{part}") as answer:
                assert answer.status == 200 and await answer.read()
        assert "<script>" not in page and "style=" not in page and "onclick" not in page.lower()


async def test_the_page_is_told_how_the_connection_ended_and_what_is_kept() -> None:
    async with served() as (someone, _):
        await someone.enter()
        _, page = await someone.get(someone.room)
        assert page.count("what you told the wizard is kept, only passwords are not.") == 3 and "@" not in page
        async with someone.connect() as socket:
            await told(socket, "begun")
            await socket.send_str(json.dumps(["stdin", "q"]))
            assert await reason(socket) == "ended"
    async with served() as (someone, visit):
        await someone.enter()
        async with someone.connect() as socket:
            await told(socket, "begun")
            visit.cancel()
            assert await reason(socket) == "stopped"
            await asyncio.gather(visit, return_exceptions=True)


async def reason(socket: aiohttp.ClientWebSocketResponse) -> str:
    """Return why a connection is closed, as the page is told."""
    async with asyncio.timeout(10):
        while (message := await socket.receive()).type is aiohttp.WSMsgType.BINARY:
            pass
    return str(message.extra)


async def test_no_secret_is_logged_whatever_goes_wrong(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with served(program="raise SystemExit(3)") as (someone, visit):
            secrets = [someone.site.gate.address.rpartition("/")[2], someone.site.gate._session, "hunter2-typed"]
            await someone.enter()
            async with someone.connect() as socket:
                await socket.send_str(json.dumps(["stdin", "hunter2-typed"]))
                while not socket.closed:
                    await socket.receive()
            assert (await visit).code == 3
    said = "".join((caplog.text, *capfd.readouterr()))
    assert not [secret for secret in secrets if secret in said]


def test_the_program_is_told_of_the_terminal_that_it_is_in_and_of_no_other() -> None:
    told = surroundings(
        {"TMUX": "1", "TERM": "dumb", "COLUMNS": "20", "LC_ALL": "C", "SSH_CONNECTION": "a", "HOME": "/h"}
    )
    assert told == {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_CTYPE": "C.UTF-8", "SSH_CONNECTION": "a",
                    "HOME": "/h"}  # fmt: skip
    assert surroundings({"LANG": "de_DE.UTF-8"})["LANG"] == "de_DE.UTF-8"
