"""Fuzz the readers of published documents: only documented failures, only printable results, none slow."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.fuzz._running import atheris, run

with atheris.instrument_imports(include=["mailwizard.discovery.documents", "mailwizard.model"]):
    from tests.unit import published

    from mailwizard.discovery.documents import autoconfig, autodiscover, autodiscover_json, mailconf, pacc
    from mailwizard.model import Address, Failure

CODES = frozenset(
    f"document.{word}"
    for word in ("empty", "too-large", "too-deep", "unsafe", "not-xml", "not-json", "not-a-document", "digest")
)
LIMIT = 0.1
"""Seconds of processor time; the target is slowed down by being watched."""
WORDS = (
    b"<!DOCTYPE", b"<!ENTITY", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml", b"encoding=", b"utf-16", b"xmlns=",
    b"clientConfig", b"emailProvider", b"incomingServer", b"outgoingServer", b"hostname", b"port", b"socketType",
    b"username", b"authentication", b"%EMAILADDRESS%", b"%EMAILLOCALPART", b"%EMAILDOMAIN%", b"type=", b"STARTTLS",
    b"Autodiscover", b"Protocol", b"LoginName", b"RedirectAddr", b"RedirectUrl", b"ErrorCode", b"DomainName", b"&#x",
    b"protocols", b"oauth-public", b"host", b"https://", b"\\u0000", b"mailconf=", b"v=UAAC1; a=sha256; d=",
)  # fmt: skip
ADDRESSES = (published.ALICE, published.BUECHER, Address("%EMAILDOMAIN%", "a.b", "a.b"))


def vouched(body: bytes, address: Address) -> object:
    """Read a PACC document that DNS vouches for."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return pacc.read(body, [f"v=UAAC1; a=sha256; d={digest}"], address)


def records(body: bytes, address: Address) -> object:
    """Read the bytes as TXT records."""
    texts = body.decode("utf-8", "surrogateescape").split("\n")
    pacc.digests(texts)
    return mailconf.locations(texts, address)


READERS: tuple[Callable[[bytes, Address], object], ...] = (
    autoconfig.read,
    autodiscover.read,
    autodiscover_json.read,
    vouched,
    records,
)


def texts_in(value: object) -> Iterator[str]:
    """Yield every text inside a result."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_in(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts_in(getattr(value, field.name))


def target(data: bytes) -> None:
    """Read one input: the first byte chooses who reads it, for which address."""
    if not data:
        return
    reader = READERS[data[0] % len(READERS)]
    address = ADDRESSES[data[0] // len(READERS) % len(ADDRESSES)]
    begun = time.thread_time()
    try:
        result = reader(data[1:], address)
    except Failure as failure:
        assert failure.code in CODES, failure.code
        result = str(failure)
    assert time.thread_time() - begun < LIMIT, "too slow"
    for text in texts_in(result):
        assert text.isprintable(), ascii(text)


def seeds() -> Iterator[bytes]:
    """Yield documents as they are published, for every reader."""
    real = Path(__file__).resolve().parents[3] / "shared" / "data" / "autoconfig"
    for document in (*published.ALL, *(path.read_bytes() for path in sorted(real.glob("*.xml")))):
        kinds = range(len(READERS)) if document in published.ALL else (0,)
        for kind in kinds:
            yield bytes([kind]) + document
    yield b"\x04mailconf=https://a.example/mail/config-v1.1.xml\nv=UAAC1; a=sha256; d=" + b"A" * 43 + b"="


if __name__ == "__main__":
    run("documents", target, seeds(), WORDS)
