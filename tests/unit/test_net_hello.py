"""The look by a hello of our own takes any answer for what it is, and never more than it should."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.issuing import rsa_leaf
from tests.unit.outdated import GROUP_2, choosing
from tests.unit.peers import serving

from mailwizard.model import Failure
from mailwizard.net.real import RealNet, _wired
from mailwizard.net.real.hello import SUITES, Choice, ask
from mailwizard.net.real.trust import Trust
from mailwizard.net.real.verdict import judge


async def look(port: int, name: str = "mail.test") -> Choice:
    wire = await _wired(await RealNet()._dial("127.0.0.1", port))
    try:
        async with asyncio.timeout(5):
            return await ask(wire, name)
    finally:
        wire.abort()


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("version", [0x0300, 0x0303])
async def test_what_a_server_chooses_is_read(suite: int, version: int) -> None:
    prime = GROUP_2 if SUITES[suite].startswith(("DHE-", "ADH-")) else 0
    async with serving(choosing(suite, rsa_leaf(), version, prime)) as port:
        choice = await look(port)
    assert (choice.seen.cipher, choice.prime, len(choice.seen.chain)) == (SUITES[suite], prime, 1)
    assert choice.seen.version == ("SSLv3" if version == 0x0300 else "TLSv1.2")


@pytest.mark.parametrize("name", ["mail.test", "127.0.0.1", "::1", "mail.test."])
async def test_the_hello_is_one_that_openssl_reads(name: str) -> None:
    async with serving(lambda reader, writer: _tls(reader, writer)) as port:
        choice = await look(port, name)
    assert choice.seen.cipher == "ECDHE-RSA-AES256-GCM-SHA384"
    assert len(choice.seen.chain) == 1


async def _tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await writer.start_tls(rsa_leaf().context())


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"220 ready\r\n",
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"\x16\x03\x03\xff\xff",
        b"\x16\x03\x03\x00\x04\x02\xff\xff\xff",
        b"\x16\x03\x03\x00\x04\x02\x00\x00\x00" * 20000,
        b"\x16\x03\x03\x00\x00" * 100000,
    ],
    ids=["nothing", "clear text", "alert", "half a record", "half a message", "empty messages", "empty records"],
)
async def test_what_is_no_choice_is_a_failure(said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        writer.write(said)
        writer.write_eof()
        await reader.read()

    async with serving(talk) as port:
        with pytest.raises(Failure, match="chose nothing"):
            await look(port)


class _Said:
    """A wire on which everything has been said already."""

    def __init__(self, said: bytes) -> None:
        self._said = said

    async def write(self, data: bytes) -> None:
        assert data

    async def block(self, count: int) -> bytes:
        if len(self._said) < count:
            raise Failure("tcp.closed", "closed")
        taken, self._said = self._said[:count], self._said[count:]
        return taken


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([2, 11, 12, 13, 14]), st.binary(max_size=90)), max_size=8))
async def test_no_flight_breaks_the_reading_or_the_words(messages: list[tuple[int, bytes]]) -> None:
    flight = b"".join(bytes([kind]) + len(body).to_bytes(3) + body for kind, body in messages)
    wire = _Said(b"\x16\x03\x03" + len(flight).to_bytes(2) + flight)
    try:
        choice = await ask(wire, "mail.test")  # type: ignore[arg-type]
    except Failure:
        return
    assert judge(Failure("tcp.closed", "closed"), "mail.test", choice.seen, Trust(), choice).code
