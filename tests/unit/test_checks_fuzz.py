"""Whatever a server sends ends in a reply or a failure, and whatever a person types stays one command."""

from __future__ import annotations

import asyncio
import re

from hypothesis import example, given
from hypothesis import strategies as st

from mailwizard.checks.channel import Channel
from mailwizard.checks.mechanisms import plain, user
from mailwizard.checks.order import Turn
from mailwizard.checks.protocols.imap import Imap
from mailwizard.checks.protocols.pop3 import Pop3
from mailwizard.checks.protocols.smtp import Smtp
from mailwizard.checks.sasl import authenticate
from mailwizard.model import Credential, Failure
from mailwizard.net import LITERAL_LIMIT, Attempt, Said, Tls
from mailwizard.witness import Note

WHO = Credential("alice", "correct-horse")
LINE = Channel("mail.test", 993)
CODES = re.compile(r"(smtp\.[2-5][0-9]{2}|imap\.\S+|pop3\.[a-z/-]+|reply\.[a-z-]+|tcp\.closed)\Z")


class Tape:
    """A line that plays back bytes and keeps what is sent."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.sent = b""

    @property
    def address(self) -> str:
        return ""

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return ()

    @property
    def tls(self) -> Tls | None:
        return None

    @property
    def transcript(self) -> tuple[Said, ...]:
        return ()

    @property
    def unread(self) -> bool:
        return False

    async def send(self, data: bytes, *, shown: str = "") -> None:
        self.sent += data

    def expose(self) -> None:
        raise AssertionError("nobody consented")

    def conceal(self, said: str) -> None:
        pass

    async def read_line(self) -> bytes:
        line, mark, self._data = self._data.partition(b"\n")
        if not mark:
            raise Failure("tcp.closed")
        return line.removesuffix(b"\r")

    async def read_block(self, count: int) -> bytes:
        if count > LITERAL_LIMIT:
            raise Failure("reply.too-large")
        block, self._data = self._data[:count], self._data[count:]
        if len(block) < count:
            raise Failure("tcp.closed")
        return block

    async def encrypt(self, name: str) -> Tls:
        raise Failure("tls.handshake")

    def scrub(self, text: str) -> str:
        return text

    async def close(self) -> None:
        return None


PIECES = st.sampled_from(
    [b"220", b"250", b"334 ", b"-", b" ", b"\r\n", b"\n", b"\0", b"* ", b"a1 ", b"a2 ", b"+ ", b"OK", b"NO", b"BYE",
     b"[ALERT] ", b"[CAPABILITY IMAP4rev1 AUTH=PLAIN]", b"[", b"]", b"{3}", b"{3+}", b"{99999999999}", b"{-1}",
     b"5.7.8 ", b"CAPABILITY ", b"AUTH PLAIN",
     b"+OK ", b"-ERR ", b"[AUTH] ", b"SASL PLAIN", b".", b"YWJj", b"=", b"\xff\xfe", b"x" * 50, "é".encode()]
)  # fmt: skip
WIRES = st.lists(PIECES | st.binary(max_size=6), max_size=30).map(b"".join)


async def smtp(line: Tape) -> None:
    session = Smtp(line)
    await session.hear()
    await session.hello()
    assert all(isinstance(name, str) for name in session.mechanisms)
    await authenticate(session, plain, WHO, LINE, Turn(), Note())


async def imap(line: Tape) -> None:
    session = Imap(line)
    await session.greeting()
    await session.learn_capabilities()
    await authenticate(session, plain, WHO, LINE, Turn(), Note())


async def pop3(line: Tape) -> None:
    session = Pop3(line)
    await session.greeting()
    await session.learn_capabilities()
    assert session.mechanisms
    for mechanism in (plain, user):
        await authenticate(session, mechanism, WHO, LINE, Turn(), Note())
    assert session.argument("SASL") is not None


@given(WIRES)
@example(b"+OK hi <1@x>\r\n+OK\r\n..x\r\nSASL PLAIN\r\n.\r\n+ \r\n+OK\r\n+OK\r\n+OK\r\n")
@example(b"* OK {3}\r\nabc\r\na1 OK\r\n+ \r\na2 OK\r\n")
@example(b"220 x\r\n250-x\r\n250 AUTH PLAIN\r\n235 ok\r\n")
@example(b"* BYE\r\n" * 3)
def test_nothing_that_a_server_sends_is_a_surprise(wire: bytes) -> None:
    for story in (smtp, imap, pop3):
        try:
            asyncio.run(story(Tape(wire)))
        except Failure as failure:
            assert CODES.match(failure.code), failure.code


TYPED = st.text(min_size=1, max_size=20).filter(lambda text: not set(text) & set("\r\n\0"))


@given(TYPED, TYPED, st.booleans())
@example('a"b', "c\\", False)
@example("ü", "é", True)
def test_what_a_person_types_stays_one_login_command(username: str, secret: str, at_once: bool) -> None:
    line = Tape(b"+ go\r\n+ go\r\n+ go\r\n" if not at_once else b"")
    session = Imap(line)
    session.capabilities = ("LITERAL+",) if at_once else ()
    try:
        asyncio.run(session.login(Credential(username, secret)))
    except Failure as failure:
        assert failure.code in {"tcp.closed", "reply.garbled"}
    assert line.sent.startswith(b"a1 LOGIN ")
    rest = line.sent.removeprefix(b"a1 LOGIN ")
    arguments = []
    for end in (b" ", b"\r\n"):
        quoted = re.match(rb'"((?:[^"\\\r\n]|\\["\\])*)"', rest)
        if quoted:
            arguments.append(re.sub(rb"\\(.)", rb"\1", quoted[1]))
            rest = rest[quoted.end() :]
        else:
            counted = re.match(rb"\{([0-9]+)\+?\}\r\n", rest)
            assert counted, rest
            size = int(counted[1])
            arguments.append(rest[counted.end() : counted.end() + size])
            rest = rest[counted.end() + size :]
        assert rest.startswith(end)
        rest = rest.removeprefix(end)
    assert rest == b""
    assert arguments == [username.encode(), secret.encode()]


@given(TYPED, TYPED)
def test_what_a_person_types_stays_one_auth_command(username: str, secret: str) -> None:
    line = Tape(b"235 ok\r\n")
    asyncio.run(authenticate(Smtp(line), plain, Credential(username, secret), LINE, Turn(), Note()))
    assert line.sent.count(b"\r\n") == line.sent.count(b"\n") == 1


@given(TYPED, TYPED)
def test_what_a_person_types_stays_two_pop3_commands(username: str, secret: str) -> None:
    line = Tape(b"+OK\r\n+OK\r\n")
    asyncio.run(authenticate(Pop3(line), user, Credential(username, secret), LINE, Turn(), Note()))
    assert line.sent == f"USER {username}\r\nPASS {secret}\r\n".encode()


@given(st.text(max_size=20), st.sampled_from("\r\n\0"), st.text(max_size=20))
def test_a_command_with_a_line_end_in_it_is_kept_back(before: str, mark: str, after: str) -> None:
    text = before + mark + after
    for send in (
        lambda line: Smtp(line).ask(f"EHLO {text}".encode()),
        lambda line: Imap(line).ask(f"X {text}"),
        lambda line: Pop3(line).ask(f"X {text}"),
    ):
        line = Tape(b"250 ok\r\n")
        try:
            asyncio.run(send(line))
        except Failure as failure:
            assert failure.code == "bug"
        assert line.sent == b""
