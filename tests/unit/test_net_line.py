"""A line is bounded, recorded without secrets, and gone when it ends."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stopwatch import Stopwatch
from tests.unit.peers import Talk, good, root, saying, serving, tls_echo

from mailwizard.model import Failure
from mailwizard.net import LINE_LIMIT, LITERAL_LIMIT, REPLY_LIMIT
from mailwizard.net.real import RealNet
from mailwizard.net.real.line import SocketLine
from mailwizard.net.real.transcript import KEPT, Transcript
from mailwizard.net.secrets import SHOWN, Secrets


@asynccontextmanager
async def line_to(talk: Talk) -> AsyncIterator[SocketLine]:
    async with serving(talk) as port:
        line = await RealNet().open(["127.0.0.1"], port)
        try:
            yield line
        finally:
            await line.close()


@asynccontextmanager
async def encrypted(tmp_path: Path) -> AsyncIterator[SocketLine]:
    """Yield a line in TLS to a server that says every line again."""
    async with serving(partial(tls_echo, good().context())) as port:
        line = await RealNet(ca_file=root().file(tmp_path)).open(["127.0.0.1"], port)
        try:
            await line.encrypt("mail.test")
            await line.read_line()
            yield line
        finally:
            await line.close()


def sockets() -> int:
    """Return how many sockets this process holds."""
    links = Path("/proc/self/fd").iterdir()
    return sum(1 for link in links if link.is_symlink() and str(link.readlink()).startswith("socket:"))


async def failing(work: Awaitable[object]) -> Failure:
    with pytest.raises(Failure) as caught:
        await work
    return caught.value


async def test_lines_end_with_either_line_end_and_arrive_in_any_segments() -> None:
    async with line_to(saying(b"one\r\ntwo\n", b"thr", b"ee\r", b"\n\r\n\r\r\nlast\n")) as line:
        assert [await line.read_line() for _ in range(6)] == [b"one", b"two", b"three", b"", b"\r", b"last"]


async def test_a_block_is_exactly_as_long_as_asked_for() -> None:
    async with line_to(saying(b"* {5}\r\n", b"a\r\n", b"bc)\r\n")) as line:
        assert await line.read_line() == b"* {5}"
        assert await line.read_block(5) == b"a\r\nbc"
        assert await line.read_block(0) == b""
        assert await line.read_line() == b")"


async def test_the_longest_line_is_read_and_a_longer_one_ends_the_line() -> None:
    longest = b"x" * (LINE_LIMIT - 2)
    async with line_to(saying(longest + b"\r\n" + b"y" * (LINE_LIMIT - 1) + b"\r\n")) as line:
        assert await line.read_line() == longest
        failure = await failing(line.read_line())
        assert failure.code == "reply.line-too-long"
        assert (await failing(line.read_line())).code == "tcp.closed"


async def test_what_arrives_before_we_answer_is_limited_and_counted_anew_after_that() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(3):
            for _ in range(REPLY_LIMIT // 4096 - 1):
                writer.write(b"250-" + b"x" * 4090 + b"\r\n")
            await writer.drain()
            await reader.readline()

    async with line_to(talk) as line:
        for _ in range(2):
            for _ in range(REPLY_LIMIT // 4096 - 1):
                await line.read_line()
            await line.send(b"NOOP\r\n")
        assert await line.read_line()


async def test_endless_lines_end() -> None:
    async with line_to(flood(b"250-more\r\n")) as line:

        async def read_on() -> None:
            while True:
                await line.read_line()

        assert (await failing(read_on())).code == "reply.too-large"


async def test_a_huge_block_is_refused_before_it_is_read() -> None:
    async with line_to(flood(b"x")) as line:
        assert (await failing(line.read_block(LITERAL_LIMIT + 1))).code == "reply.too-large"
    async with line_to(flood(b"x")) as line:
        for _ in range(REPLY_LIMIT // LITERAL_LIMIT):
            assert len(await line.read_block(LITERAL_LIMIT)) == LITERAL_LIMIT
        assert (await failing(line.read_block(1))).code == "reply.too-large"


def flood(data: bytes, written: list[int] | None = None) -> Talk:
    """Return a server that never stops talking; ``written`` counts what it got rid of."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        chunk = data * (65536 // len(data))
        while True:
            writer.write(chunk)
            await writer.drain()
            if written is not None:
                written.append(len(chunk))

    return talk


@pytest.mark.parametrize("data", [b"x", b"250-more\r\n"], ids=["endless line", "endless lines"])
async def test_a_flood_that_nobody_reads_waits_in_the_server(data: bytes) -> None:
    written: list[int] = []
    async with line_to(flood(data, written)) as line:
        before = -1
        while sum(written) != before:  # until the server is held back
            before = sum(written)
            await asyncio.sleep(0.1)
        assert 0 < len(line._wire.buffer) < 512 * 1024
        assert sum(written) < 32 * 1024 * 1024


async def test_a_flood_in_tls_waits_in_the_server_as_well(tmp_path: Path) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writer.start_tls(good().context())
        await flood(b"x\n")(reader, writer)

    async with serving(talk) as port:
        line = await RealNet(ca_file=root().file(tmp_path)).open(["127.0.0.1"], port)
        await line.encrypt("mail.test")
        size = -1
        while len(line._wire.buffer) != size:
            size = len(line._wire.buffer)
            await asyncio.sleep(0.1)
        assert 0 < size < 512 * 1024
        for _ in range(1000):
            assert await line.read_line() == b"x"
        await line.close()


async def test_a_dripping_server_is_ended_by_the_limit_of_the_step() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b".")
            await asyncio.sleep(0.01)

    async with line_to(talk) as line:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await line.read_line()
        assert (await failing(line.read_line())).code == "tcp.closed"


async def test_a_closed_connection_is_told_after_what_came_before_it() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"421 bye\r\nhalf a \x1bline")
        writer.write_eof()
        await reader.read()

    async with line_to(talk) as line:
        assert await line.read_line() == b"421 bye"
        failure = await failing(line.read_line())
        assert (failure.code, failure.detail) == (
            "tcp.closed", "the server closed the connection; it said: half a ␛line",
        )  # fmt: skip
        assert (await failing(line.send(b"QUIT\r\n"))).code == "tcp.closed"
        assert (await failing(line.encrypt("mail.test"))).code == "tcp.closed"


async def test_a_reset_is_told() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        sock = writer.get_extra_info("socket")
        sock.setsockopt(1, 13, b"\x01\0\0\0\0\0\0\0")  # SO_LINGER with no time to linger
        writer.transport.abort()

    async with line_to(talk) as line:
        await line.send(b"EHLO\r\n")
        assert (await failing(line.read_line())).code == "tcp.reset"


async def test_a_server_that_reads_nothing_holds_us_back_and_not_our_memory() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.Event().wait()

    async with line_to(talk) as line:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                for _ in range(1000):
                    await line.send(b"x" * 65536)


@pytest.mark.parametrize("doing", ["reading a line", "reading a block", "encrypting"])
async def test_cancelling_ends_at_once_and_leaves_no_socket(doing: str) -> None:
    before = sockets()
    async with serving(saying()) as port:
        listening = sockets()
        line = await RealNet().open(["127.0.0.1"], port)
        what: dict[str, Callable[[], Awaitable[object]]] = {
            "reading a line": line.read_line,
            "reading a block": lambda: line.read_block(9),
            "encrypting": lambda: line.encrypt("mail.test"),
        }
        task = asyncio.ensure_future(what[doing]())
        await asyncio.sleep(0.1)
        watch = Stopwatch()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        assert watch.seconds < 1
        assert sockets() <= listening + 1  # the server's own end may still be there
        await line.close()
    assert sockets() == before


async def test_closing_waits_until_the_socket_is_gone_and_may_be_repeated() -> None:
    before = sockets()
    async with serving(saying(b"hello\r\n")) as port:
        line = await RealNet().open(["127.0.0.1"], port)
        await line.read_line()
        sock = line._wire._transport.get_extra_info("socket")  # type: ignore[union-attr]
        await line.close()
        assert sock.fileno() == -1
        await line.close()
    assert sockets() == before


async def test_a_server_learns_that_we_left_on_purpose(tmp_path: Path) -> None:
    left: asyncio.Queue[bytes] = asyncio.Queue()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writer.start_tls(good().context())
        left.put_nowait(await reader.read())

    async with serving(talk) as port:
        line = await RealNet(ca_file=root().file(tmp_path)).open(["127.0.0.1"], port)
        await line.encrypt("mail.test")
        await line.close()
        assert await left.get() == b""


async def test_a_secret_is_not_sent_in_clear() -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.put_nowait(await reader.read())

    async with line_to(talk) as line:
        assert (await failing(line.send(b"PASS hunter2\r\n", shown="PASS (secret)"))).code == "secret.cleartext"
        assert await heard.get() == b""
    assert line.transcript == ()


async def test_both_directions_are_written_down_and_cleaned(tmp_path: Path) -> None:
    async with line_to(saying(b"* OK \x1b[2J\r\n")) as line:
        await line.read_line()
        await line.send(b"a1 NOOP\r\n")
        assert [(said.sent, said.text, said.encrypted) for said in line.transcript] == [
            (False, "* OK ␛[2J", False), (True, "a1 NOOP", False),
        ]  # fmt: skip
    async with encrypted(tmp_path) as line:
        await line.send(b"PASS hunter2\r\n", shown="PASS (password)")
        await line.read_line()
        assert [(said.sent, said.text, said.encrypted) for said in line.transcript] == [
            (False, "* ready", True), (True, "PASS (password)", True), (False, f"PASS {SHOWN}", True),
        ]  # fmt: skip
        assert "hunter2" not in repr(line)


def test_the_transcript_is_a_ring() -> None:
    record = Transcript()
    for number in range(KEPT + 5):
        record.received(b"%d" % number, True)
    assert (len(record.entries), record.entries[0].text) == (KEPT, "5")


SECRET = 'Zq7"\\ é%+x9'
USER = "alice@example.com"
XOAUTH2 = f"user={USER}\x01auth=Bearer {SECRET}\x01\x01".encode()


def b64(data: str | bytes) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


COMMANDS = {
    "auth plain": (f"AUTH PLAIN {b64(f'{chr(0)}{USER}{chr(0)}{SECRET}')}\r\n", "AUTH PLAIN (credentials)"),
    "plain after go-ahead": (f"{b64(f'{chr(0)}{USER}{chr(0)}{SECRET}')}\r\n", "(credentials)"),
    "auth login": (f"{b64(SECRET)}\r\n", "(password)"),
    "imap login": (
        'a1 LOGIN "alice@example.com" "{}"\r\n'.format(SECRET.replace("\\", "\\\\").replace('"', '\\"')),
        'a1 LOGIN "alice@example.com" (password)',
    ),
    "imap literal": (f"{SECRET}\r\n", "(password)"),
    "pop3": (f"PASS {SECRET}\r\n", "PASS (password)"),
    "xoauth2": (f"AUTH XOAUTH2 {b64(XOAUTH2)}\r\n", "AUTH XOAUTH2 (token)"),
}
ECHOES = {
    "as it is": SECRET.encode(),
    "latin-1": SECRET.encode("latin-1"),
    "utf-16": SECRET.encode("utf-16-le"),
    "base64": b64(SECRET).encode(),
    "base64, one byte off": b64("x" + SECRET).encode(),
    "base64, two bytes off": b64("xy" + SECRET + "z").encode(),
    "base64url": base64.urlsafe_b64encode(SECRET.encode()),
    "base64 of plain": b64(f"\0{USER}\0{SECRET}").encode(),
    "xoauth2": XOAUTH2,
    "base64 of xoauth2": b64(XOAUTH2).encode(),
    "hex": SECRET.encode().hex().upper().encode(),
    "percent": quote(SECRET).encode(),
    "quoted": SECRET.replace("\\", "\\\\").replace('"', '\\"').encode(),
    "json": json.dumps(SECRET).encode(),
    "xml": escape(SECRET, {'"': "&quot;"}).encode(),
    "repr": repr(SECRET).encode(),
    "capitals": SECRET.upper().encode(),
}


def leaks(text: str) -> list[str]:
    """Return every way in which the secret can be read in a text."""
    shown = {SECRET, b64(SECRET)[:-4], SECRET.encode().hex(), quote(SECRET), json.dumps(SECRET)[1:-1], "Zq7", "%+x9"}
    return [one for one in shown if one.lower() in text.lower()]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("echo", ECHOES)
def test_an_echo_of_the_secret_is_replaced_however_it_is_written_and_split(command: str, echo: str) -> None:
    sent, shown = COMMANDS[command]
    said = ECHOES[echo]
    for cut in range(len(said) + 1):
        record = Transcript()
        record.sent(sent.encode(), shown, True)
        lines = [b"535-you said " + said[:cut], b"535 " + said[cut:] + b" which is wrong"]
        if cut == 0:
            lines = [b"535 you said " + said + b" which is wrong"]
        for line in lines:
            record.received(line, True)
        told = " ".join(entry.text for entry in record.entries)
        raw = record.scrub(b"\r\n".join(lines).decode("utf-8", "surrogateescape"))
        for text in (told, raw.replace("\r\n535 ", "")):
            assert not leaks(text), (cut, text)
            assert "you said" in text and "which is wrong" in text


def test_our_challenge_response_is_a_secret_too() -> None:
    record = Transcript()
    digest = "b913a602c7eda7a495b4e6e7334d3890"
    record.sent(f"{b64(f'{USER} {digest}')}\r\n".encode(), "(response)", True)
    record.received(f"535 {digest} is wrong".encode(), True)
    assert record.entries[-1].text == f"535 {SHOWN} is wrong"


@pytest.mark.parametrize("short", ["a", "ab", "abc", "is", "5.7.8", "the"])
def test_a_short_secret_does_not_blank_out_words(short: str) -> None:
    secrets = Secrets()
    secrets.learn(f"PASS {short}\r\n".encode(), "PASS (password)")
    said = "535 basis abcs athena mistake 15.7.80"
    assert secrets.scrub(said) == said


def test_what_no_decoder_makes_can_be_scrubbed_as_well() -> None:
    secrets = Secrets()
    secrets.learn(b"PASS hunter2\r\n", "PASS (password)")
    assert secrets.scrub("\ud800 hunter2 \udcff") == f"\\ud800 {SHOWN} \\udcff"
    assert secrets.scrub("hunter2 \udcff") == f"{SHOWN} \udcff"


def test_a_password_that_only_looks_like_base64_is_one() -> None:
    secrets = Secrets()
    for password in ("abc=", "AAAAA", "a=bcdefg"):
        secrets.learn(password.encode(), "(password)")
        assert secrets.scrub(f"<{password}>") == f"<{SHOWN}>"


def test_a_short_secret_is_replaced_where_it_is_a_word() -> None:
    secrets = Secrets()
    secrets.learn(b"PASS abc\r\n", "PASS (password)")
    assert secrets.scrub("wrong password: abc!") == f"wrong password: {SHOWN}!"


def test_the_user_name_and_the_command_stay_readable() -> None:
    secrets = Secrets()
    for sent, shown in COMMANDS.values():
        secrets.learn(sent.encode(), shown)
    said = f"535 5.7.8 AUTH PLAIN LOGIN failed for {USER}: a1 NO [AUTHENTICATIONFAILED] user=alice Bearer"
    assert secrets.scrub(said) == said


@given(st.text(), st.text(st.characters(codec="utf-8", exclude_characters="\r\n␍␊"), min_size=6, max_size=20))
def test_scrubbing_keeps_everything_else(before: str, secret: str) -> None:
    secrets = Secrets()
    secrets.learn(secret.encode(), "(password)")
    said = f"{before} (x)"
    scrubbed = secrets.scrub(said)
    assert secret not in scrubbed
    assert scrubbed == said or SHOWN in scrubbed
    assert secrets.scrub(f"<{secret}>") == f"<{SHOWN}>"
