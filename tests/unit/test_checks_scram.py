"""SCRAM by its standards' examples, bound to real certificates, against servers that cheat."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from scramp import ScramException, ScramMechanism
from tests.stopwatch import Stopwatch
from tests.unit.scripted import ALICE, HOST, SECRET, Act, Heard, Peer, Script, context, draft, net

from mailwizard.checks import scram, verify
from mailwizard.checks.channel import Accepted, Channel
from mailwizard.checks.mechanisms import scram_sha_256
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.sasl import authenticate, choose
from mailwizard.model import Credential, Endpoint, Evidence, Failure, Outcome, Protocol, Security, Until
from mailwizard.net import Tls
from mailwizard.witness import Note

SMTP, TLS, STARTTLS = Protocol.SMTP, Security.TLS, Security.STARTTLS
USER = Credential("user", "pencil")
LINE = Channel("mail.test", 465)

VECTORS = [
    (
        "SCRAM-SHA-1",
        "fyko+d2lbbFgONRv9qkxdawL",
        "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    ),
    (
        "SCRAM-SHA-256",
        "rOprNGfwEbeRWgbNEkqO",
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    ),
]  # RFC 5802 section 5, RFC 7677 section 3
each_vector = pytest.mark.parametrize(("name", "nonce", "first", "final", "proof"), VECTORS)


@each_vector
def test_scram_says_what_its_standard_shows(name: str, nonce: str, first: str, final: str, proof: str) -> None:
    talk = scram.converse(name, USER, LINE, nonce=nonce)
    assert next(talk) == f"n,,n=user,r={nonce}".encode()
    assert talk.send(first.encode()) == final.encode()
    assert talk.send(proof.encode()) == b""
    with pytest.raises(Accepted):
        talk.throw(Accepted())


@each_vector
@pytest.mark.parametrize("at", [0, 1])
def test_a_server_that_takes_us_without_its_proof_is_refused(
    name: str, nonce: str, first: str, final: str, proof: str, at: int
) -> None:
    talk = scram.converse(name, USER, LINE, nonce=nonce)
    next(talk)
    if at:
        talk.send(first.encode())
    with pytest.raises(Failure) as failure:
        talk.throw(Accepted())
    assert failure.value.code == "sign-in.server-unproven"


@each_vector
def test_a_wrong_proof_is_refused(name: str, nonce: str, first: str, final: str, proof: str) -> None:
    talk = scram.converse(name, USER, LINE, nonce=nonce)
    next(talk)
    talk.send(first.encode())
    with pytest.raises(Failure) as failure:
        talk.send(b"v=" + base64.b64encode(b"x" * 32))
    assert failure.value.code == "sign-in.server-unproven"


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"\xff\xfe",
        b"r=other,s=QSXCR+Q6sek8bf92,i=4096",
        b"r=abc,s=QSXCR+Q6sek8bf92,i=4096",
        b"r=abcdef,s=QSXCR+Q6sek8bf92,i=1",
        b"r=abcdef,s=QSXCR+Q6sek8bf92,i=9999999999",
        b"r=abcdef,s=QSXCR+Q6sek8bf92,i=1000001",
        b"r=abcdef,s=,i=4096",
        b"m=x,r=abcdef,s=QSXCR+Q6sek8bf92,i=4096",
        b"e=unknown-user",
    ],
)
def test_a_first_message_that_makes_no_sense_gets_no_proof(first: bytes) -> None:
    talk = scram.converse("SCRAM-SHA-256", USER, LINE, nonce="abc")
    next(talk)
    with pytest.raises(Failure) as failure:
        talk.send(first)
    assert failure.value.code == "reply.garbled"


def test_a_name_is_escaped_and_letters_of_any_script_are_prepared() -> None:
    talk = scram.converse("SCRAM-SHA-256", Credential("a=b,\u2168", "x"), LINE, nonce="abc")
    assert next(talk) == b"n,,n=a=3Db=2CIX,r=abc"


def test_a_secret_that_cannot_be_prepared_goes_by_the_next_mechanism() -> None:
    who = Credential("alice", "pass\U0001f511")
    order = Order(Endpoint(SMTP, HOST, 465, TLS), Until.SIGN_IN, who)
    with pytest.raises(Failure, match=r"sign-in\.no-mechanism"):
        next(scram_sha_256.converse(who, LINE))
    chosen = choose(Channel(HOST, 465, ("SCRAM-SHA-256", "PLAIN")), order)
    assert chosen is not None and chosen.NAME == "PLAIN"


def seen(certificate: bytes) -> Tls:
    return Tls("TLSv1.3", "", (HOST,), "", "", "", certificate=certificate)


def der(name: str = HOST) -> bytes:
    """Return the certificate that a scripted server shows."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    client = trusting.wrap_bio(incoming, outgoing)
    server = context(name).wrap_bio(outgoing, incoming, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return client.getpeercert(binary_form=True) or b""


def test_a_line_is_bound_to_the_certificates_own_hash() -> None:
    certificate = der()
    assert seen(certificate).end_point == hashlib.sha256(certificate).digest()
    assert seen(b"").end_point == b""


def test_a_certificate_without_one_hash_of_its_own_binds_nothing() -> None:
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    key, name = Ed25519PrivateKey.generate(), x509.Name([])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, None)
    )
    tls = seen(made.public_bytes(Encoding.DER))
    assert tls.end_point == b""
    order = Order(Endpoint(SMTP, HOST, 465, TLS), Until.SIGN_IN, USER)
    channel = Channel.of(order.endpoint, tls, ("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"))
    chosen = choose(channel, order)
    assert chosen is not None and chosen.NAME == "SCRAM-SHA-256"
    assert next(chosen.converse(USER, channel)).startswith(b"n,,"), "the server is not told that we could"


def test_a_server_that_hides_its_bound_mechanisms_finds_out() -> None:
    tls = seen(der())
    plain = Channel(HOST, 465, ("SCRAM-SHA-256",), tls)
    both = Channel(HOST, 465, ("SCRAM-SHA-256", "SCRAM-SHA-1-PLUS"), tls)
    assert next(scram_sha_256.converse(USER, plain)).startswith(b"y,,n=user")
    assert next(scram_sha_256.converse(USER, both)).startswith(b"n,,n=user")


Twist = Callable[[str], str]


class ScramPeer(Peer):
    """An SMTP server that takes SCRAM, with what it says twisted or not."""

    def __init__(self, *offers: str, secret: str = SECRET, bound: bytes = b"", last: Twist = str, name: str = HOST):
        super().__init__((), name=name)
        self.offers, self.secret, self.bound, self.last = offers, secret, bound or der(name), last
        self.refused = ""

    async def _follow(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        offers = f"250-x\r\n250 AUTH {' '.join(self.offers)}\r\n".encode()
        await super()._follow([Act.TLS, b"220 x\r\n", "EHLO", offers], reader, writer)
        name, initial = (await self._read(reader)).split(" ")[1:]
        mechanism = ScramMechanism(name)
        known: Any = mechanism.make_auth_info(self.secret)
        binding = ("tls-server-end-point", hashlib.sha256(self.bound).digest())
        plus = any(offer.endswith("-PLUS") for offer in self.offers)
        server = mechanism.make_server(lambda user: known, binding if plus else None)
        try:
            server.set_client_first(base64.b64decode(initial).decode())
            self._say(writer, server.get_server_first())
            server.set_client_final(base64.b64decode(await self._read(reader)).decode())
        except ScramException as refused:
            self.refused = str(refused)
            self._say(writer, server.get_server_final())
            await self._read(reader)
            writer.write(b"535 5.7.8 no\r\n")
        else:
            self._say(writer, self.last(server.get_server_final()))
            if await self._read(reader) != "*":
                writer.write(b"235 ok\r\n")
        await super()._follow([Act.WAIT], reader, writer)

    async def _read(self, reader: asyncio.StreamReader) -> str:
        line = await reader.readline()
        self.encrypted += line
        return line.decode().strip()

    def _say(self, writer: asyncio.StreamWriter, text: str) -> None:
        writer.write(b"334 " + base64.b64encode(text.encode()) + b"\r\n")


async def signed_in(tmp_path: Path, peer: ScramPeer, mechanism: str = "") -> Evidence:
    async with peer:
        heard = Heard()
        chosen = draft(None, peer.endpoint(SMTP, TLS))
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN, mechanism=mechanism)
        assert SECRET.encode() not in peer.encrypted
        assert not any(SECRET in str(fact) for fact in heard)
        return heard.last()


ALL = ("SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "PLAIN", "CRAM-MD5")


@pytest.mark.parametrize("name", ALL[:4])
async def test_a_server_of_our_own_takes_it(name: str, tmp_path: Path) -> None:
    last = await signed_in(tmp_path, ScramPeer(name, "PLAIN"))
    assert (last.outcome, last.fact("mechanism"), last.fact("secret")) == (Outcome.OK, name, "sent"), last


async def test_the_strongest_is_bound_to_the_line(tmp_path: Path) -> None:
    last = await signed_in(tmp_path, ScramPeer(*ALL))
    assert (last.outcome, last.fact("mechanism")) == (Outcome.OK, "SCRAM-SHA-256-PLUS")
    named = await signed_in(tmp_path, ScramPeer(*ALL), "SCRAM-SHA-1")
    assert (named.outcome, named.fact("mechanism")) == (Outcome.OK, "SCRAM-SHA-1")


async def test_a_line_that_ends_elsewhere_is_found_out_by_the_server(tmp_path: Path) -> None:
    peer = ScramPeer(*ALL, bound=der("other.test"))
    last = await signed_in(tmp_path, peer)
    assert (last.outcome, last.code) == (Outcome.FAIL, "smtp.535")
    assert last.detail == "535 5.7.8 no · channel-bindings-dont-match"
    assert "channel bindings" in peer.refused


async def test_a_wrong_secret_is_refused_once_with_the_reason(tmp_path: Path) -> None:
    peer = ScramPeer("SCRAM-SHA-256", "PLAIN", secret="another")
    last = await signed_in(tmp_path, peer)
    assert (last.code, last.enhanced, last.detail) == ("smtp.535", "5.7.8", "535 5.7.8 no · invalid-proof")
    assert sum(line.startswith("AUTH") for line in peer.heard) == 1


@pytest.mark.parametrize("wrong", ["v=AAAA", "v=", "nonsense", ""])
async def test_a_server_that_cannot_prove_itself_is_left(wrong: str, tmp_path: Path) -> None:
    peer = ScramPeer("SCRAM-SHA-256", last=lambda right: wrong)
    last = await signed_in(tmp_path, peer)
    assert (last.outcome, last.code) == (Outcome.FAIL, "sign-in.server-unproven")
    assert peer.heard[-1] == "*"


async def test_hashing_keeps_nothing_waiting() -> None:
    class Slow:
        """Asks for much work, and notes what else happens meanwhile."""

        ticks = 0

        def takes_initial(self, mechanism: str, initial: bytes) -> bool:
            return True

        async def begin(self, mechanism: str, initial: bytes | None) -> bytes | None:
            nonce = (initial or b"").rpartition(b"r=")[2]
            return b"r=" + nonce + b"xyz,s=QSXCR+Q6sek8bf92,i=900000"

        async def respond(self, response: bytes, *, hidden: bool) -> bytes | None:
            raise Failure("smtp.535", "no")

        async def abandon(self) -> None:
            raise AssertionError

    async def tick() -> None:
        while True:
            Slow.ticks += 1
            await asyncio.sleep(0.001)

    ticking = asyncio.create_task(tick())
    with pytest.raises(Failure, match=r"smtp\.535"):
        await authenticate(Slow(), scram_sha_256, USER, LINE, Turn(), Note())
    ticking.cancel()
    assert Slow.ticks > 20


def test_a_stop_does_not_wait_for_hashing() -> None:
    class Costly:
        """Asks for as much work as is allowed."""

        async def begin(self, mechanism: str, initial: bytes | None) -> bytes | None:
            self.began = asyncio.get_running_loop().time()
            return b"r=" + (initial or b"").rpartition(b"r=")[2] + b"xyz,s=QSXCR+Q6sek8bf92,i=1000000"

        def takes_initial(self, mechanism: str, initial: bytes) -> bool:
            return True

        async def respond(self, response: bytes, *, hidden: bool) -> bytes | None:
            raise AssertionError("it was stopped before")

        async def abandon(self) -> None:
            raise AssertionError("it was stopped before")

    async def stopped() -> None:
        signing_in = asyncio.create_task(authenticate(Costly(), scram_sha_256, USER, LINE, Turn(), Note()))
        await asyncio.sleep(0.01)
        signing_in.cancel()
        with suppress(asyncio.CancelledError):
            await signing_in

    watch = Stopwatch()
    asyncio.run(stopped())
    assert watch.seconds < 0.15
