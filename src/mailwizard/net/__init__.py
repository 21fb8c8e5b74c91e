"""The one door to the network: what may be asked, whoever answers.

``net.real`` answers with sockets, the sandbox with a small internet on loopback. Everything read through here is
bounded in size; time is bounded by the step (``witness.step``) in which it is read. All methods raise only
:class:`~mailwizard.model.Failure`, and cancelling the task that waits in one leaves nothing running.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from mailwizard.model import Facts, Failure

RecordKind = Literal["A", "AAAA", "CNAME", "MX", "SRV", "TXT", "NS", "PTR"]

LINE_LIMIT = 8 * 1024
"""Bytes in one line, its end included."""
REPLY_LIMIT = 256 * 1024
"""Bytes that may arrive between two things we send."""
LITERAL_LIMIT = 64 * 1024
"""Bytes in one counted block, an IMAP literal for one."""
DOCUMENT_LIMIT = 256 * 1024
"""Bytes in one fetched document, unpacked."""


@dataclass(frozen=True, slots=True)
class Record:
    """One DNS answer: ``value`` is the address, the target's name without its dot, or the text."""

    kind: RecordKind
    value: str
    preference: int = 0
    """MX preference or SRV priority: lower comes first."""
    weight: int = 0
    port: int = 0
    ttl: int = 0
    source: Literal["dns", "hosts"] = "dns"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One address that was tried while connecting, and how that went."""

    address: str
    code: str
    """``ok``, ``tcp.refused``, ``tcp.timeout`` …, or ``cancelled`` where another address won first."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Tls:
    """What a verified handshake showed."""

    version: str
    cipher: str
    names: tuple[str, ...]
    """The host names the certificate is for."""
    issuer: str
    subject: str
    expires: str
    """ISO 8601 in UTC."""
    not_before: str = ""
    fingerprint: str = ""
    """SHA-256 of the certificate, in hex."""
    certificate: bytes = field(default=b"", repr=False)
    """The server's own certificate, in DER."""
    bits: int = 0
    """Bits of the secret key that the cipher uses."""
    chain: tuple[str, ...] = ()
    """One line about each certificate that the server sent, its own first."""
    root: str = ""
    """Whom the chain led to and this machine trusts; empty where that cannot be told."""

    @property
    def end_point(self) -> bytes:
        """Return what a sign-in can be bound to (``tls-server-end-point``, RFC 5929 section 4.1), or nothing."""
        if not self.certificate:
            return b""
        from cryptography import exceptions, x509
        from cryptography.hazmat.primitives import hashes

        try:
            signed = x509.load_der_x509_certificate(self.certificate).signature_hash_algorithm
        except (ValueError, exceptions.UnsupportedAlgorithm):
            return b""
        if signed is None:
            return b""
        weak = isinstance(signed, hashes.MD5 | hashes.SHA1)
        digest = hashes.Hash(hashes.SHA256() if weak else signed)
        digest.update(self.certificate)
        return digest.finalize()

    @property
    def facts(self) -> Facts:
        """Return the same as facts for evidence."""
        return (
            ("version", self.version),
            ("cipher", self.cipher),
            *((("bits", str(self.bits)),) if self.bits else ()),
            ("names", " ".join(self.names)),
            ("issuer", self.issuer),
            ("subject", self.subject),
            ("not-before", self.not_before),
            ("expires", self.expires),
            ("fingerprint", self.fingerprint),
            *(("certificate", one) for one in self.chain),
            *((("root", self.root),) if self.root else ()),
            ("revocation", "not checked"),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the transcript, as the wire saw it but with secrets replaced and the text cleaned."""

    sent: bool
    text: str
    encrypted: bool
    seconds: float
    """Since the connection began."""
    unexpected: bool = False
    """Whether it is a refusal, or no reply at all; only who knows the protocol can say so."""


@dataclass(frozen=True, slots=True)
class Document:
    """What was fetched."""

    url: str
    """Where the body came from, after redirects."""
    status: int
    content_type: str
    """As the server says it, cleaned; nothing where it does not."""
    body: bytes
    """Unpacked, at most :data:`DOCUMENT_LIMIT` bytes."""
    hops: tuple[str, ...]
    """The URLs that were asked, first to last."""
    address: str
    """The IP address that answered."""


class Line(Protocol):
    """One connection: bounded, recorded in both directions, upgradable to TLS.

    A line that failed is closed; asking it more raises :class:`Failure` ``tcp.closed``.
    """

    @property
    def address(self) -> str:
        """The address that won the race to connect."""

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every address that was tried, in order."""

    @property
    def tls(self) -> Tls | None:
        """What the handshake showed; ``None`` while the line is in clear."""

    @property
    def transcript(self) -> tuple[Said, ...]:
        """What went over the line so far."""

    @property
    def unread(self) -> bool:
        """Whether bytes have arrived that nobody has read yet."""

    async def send(self, data: bytes, *, shown: str = "") -> None:
        """Send bytes; ``shown`` stands for them in the transcript where they hold a secret.

        Raises:
            Failure: ``secret.cleartext`` where ``shown`` is given and the line is neither encrypted nor
                exposed, ``tcp.reset``, ``tcp.closed``.
        """

    def expose(self) -> None:
        """Let secrets leave on this line although it is not encrypted: a person consented to that for this place."""

    def conceal(self, said: str) -> None:
        """Keep what the server said, such as its side of a proof, out of the transcript and of every repetition."""

    async def read_line(self) -> bytes:
        """Return the next line without its end.

        Raises:
            Failure: ``reply.line-too-long``, ``reply.too-large``, ``tcp.closed``, ``tcp.reset``.
        """

    async def read_block(self, count: int) -> bytes:
        """Return exactly ``count`` bytes.

        Raises:
            Failure: ``reply.too-large`` above :data:`LITERAL_LIMIT`, ``tcp.closed``, ``tcp.reset``.
        """

    async def encrypt(self, name: str) -> Tls:
        """Start TLS and verify that the peer is ``name`` (a host name or IP address).

        Raises:
            Failure: ``starttls.injection`` where bytes were waiting unread, ``tls.expired``, ``tls.not-yet-valid``,
                ``tls.hostname``, ``tls.self-signed``, ``tls.untrusted``, ``tls.incomplete-chain``, ``tls.weak``,
                ``tls.version``, ``tls.not-tls`` (something answers in clear), ``tls.handshake``, ``tcp.closed``,
                ``tcp.reset``. Where a certificate was seen its facts come along, as in :attr:`Tls.facts`.
        """

    def scrub(self, text: str) -> str:
        """Return the text without any secret that was sent, however the server encodes its echo.

        What a reply says passes through here before it is told; a reply of several lines as one text.
        """

    async def close(self) -> None:
        """Close at once; never raises."""


class Net(Protocol):
    """The door itself. A further verb (listen) arrives with the part that needs it."""

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records of one kind, at least one; for A and AAAA the hosts file speaks first.

        A name that ends with a dot is asked of DNS alone.

        Raises:
            Failure: ``dns.nxdomain`` (no such name), ``dns.nodata`` (the name has no such record), ``dns.timeout``,
                ``dns.servfail``, ``dns.unconfigured`` (this machine names no resolver), ``dns.bad-name``.
        """

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        """Connect to the first address that answers, both families side by side (RFC 8305).

        Raises:
            Failure: ``tcp.refused``, ``tcp.timeout``, ``tcp.unreachable``, ``tcp.denied``, ``tcp.reset``; the facts
                say how each address went (``("tried", "192.0.2.1 tcp.refused")``).
        """

    async def fetch(
        self,
        url: str,
        *,
        within: str,
        method: str = "GET",
        body: bytes = b"",
        content_type: str = "",
        accept: str = "",
        names: Net | None = None,
    ) -> Document:
        """Return the document at an https URL, asked on behalf of the mail domain ``within``.

        At most three redirects are followed, each to https and to a host under the registered domain of ``within``
        or of the first host; the request is repeated there, as a GET after 303. Nothing goes along that could name
        a person or hold a secret, beyond what the URL and the body say. ``names`` looks up names, where that is
        somebody else than this door.

        Raises:
            Failure: ``http.insecure`` (not https), ``http.bad-url``, ``http.redirect-unsafe`` (the fact ``to`` says
                where it leads, so that a person can be asked), ``http.redirect-loop`` (in a circle, or too many),
                ``http.private-address`` (a public name that leads into a private network), ``http.404`` and the like
                for a status other than 2xx (the fact ``content-type`` comes along), ``http.too-large``,
                ``http.garbled`` (not valid HTTP, or a body that cannot be unpacked); and as :meth:`resolve`,
                :meth:`open` and :meth:`Line.encrypt`.
        """


async def addresses(net: Net, host: str) -> tuple[Record, ...]:
    """Return every address of a host, IPv6 and IPv4; an IP address is its own.

    Both families are asked at once. A family that has no record or gives no answer is left out as long as the
    other has one.

    Raises:
        Failure: as :meth:`Net.resolve`; of two different failures the one that says more.
    """
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return (Record("AAAA" if literal.version == 6 else "A", str(literal)),)

    import asyncio  # here, so that the commands that ask no network start without it

    async def ask(kind: RecordKind) -> tuple[Record, ...] | Failure:
        try:
            return await net.resolve(host, kind)
        except Failure as failure:
            return failure

    answers = await asyncio.gather(ask("AAAA"), ask("A"))
    found = tuple(record for answer in answers if not isinstance(answer, Failure) for record in answer)
    if found:
        return found
    failures = [answer for answer in answers if isinstance(answer, Failure)]
    raise min(failures, key=lambda failure: _SAYS_MOST.index(failure.code) if failure.code in _SAYS_MOST else 0)


_SAYS_MOST = ("dns.nxdomain", "dns.unconfigured", "dns.timeout", "dns.servfail", "dns.nodata")
