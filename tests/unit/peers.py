"""Servers on loopback and certificates of every kind, for the tests of the network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@asynccontextmanager
async def serving(talk: Talk, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Serve on loopback; yields the port, and leaves no connection behind."""
    talks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            with suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await talk(reader, writer)
        finally:
            talks.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(accept, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)


def saying(*parts: bytes) -> Talk:
    """Return a server that says the parts one after another as segments of their own, and then waits."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.002)
        await reader.read()

    return talk


@asynccontextmanager
async def alerting(context: ssl.SSLContext) -> AsyncIterator[int]:
    """Serve TLS that says why it refuses, which asyncio's own does not."""

    def shake(connection: socket.socket) -> None:
        connection.settimeout(5)
        with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(1)

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                shake(listening.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = asyncio.create_task(asyncio.to_thread(serve, listening))
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        await thread


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate, its key, and the certificates that a server sends with it."""

    certificate: x509.Certificate
    key: Key
    sent: tuple[x509.Certificate, ...] = ()

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def context(self, ciphers: str = "DEFAULT:@SECLEVEL=0") -> ssl.SSLContext:
        """Return a server's context, which takes weak keys as well."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers(ciphers)
        private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain = self.pem + b"".join(one.public_bytes(serialization.Encoding.PEM) for one in self.sent)
        with tempfile.NamedTemporaryFile() as file:
            file.write(private + chain)
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def file(self, folder: Path, name: str = "ca.pem") -> Path:
        """Write the certificate where ``--ca-file`` finds it."""
        path = folder / name
        path.write_bytes(self.pem)
        return path


def issue(
    names: Sequence[str] = ("mail.test",),
    by: Issued | None = None,
    *,
    title: str = "",
    organization: str = "",
    begins: datetime = NOW - 30 * DAY,
    ends: datetime = NOW + 30 * DAY,
    authority: bool = False,
    key: Key | None = None,
    issuers_at: str = "",
    sent: Sequence[Issued] = (),
    subject: x509.Name | None = None,
    path_length: int | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    digest: hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None = None,
) -> Issued:
    """Make a certificate, signed by itself where nobody else signs."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = _named(title or (names[0] if names else "nobody"), organization) if subject is None else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
    )
    if names and not authority:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_alternative(name) for name in names]), not list(subject)
        )
    if issuers_at:
        where = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(issuers_at)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([where]), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    signed = builder.sign(by.key if by else key, digest or hashes.SHA256())
    return Issued(signed, key, tuple(one.certificate for one in sent))


@cache
def root() -> Issued:
    """The authority that the tests trust."""
    return issue(title="Test Root", organization="Test Trust", authority=True)


@cache
def good() -> Issued:
    return issue(["mail.test", "*.wild.test", "127.0.0.1"], root())


def _named(title: str, organization: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, title)]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


async def tls_echo(context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak TLS from the first byte, and say every line again."""
    await writer.start_tls(context)
    await echo(reader, writer)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say every line again."""
    writer.write(b"* ready\r\n")
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
