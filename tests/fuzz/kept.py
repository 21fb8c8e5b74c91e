"""Fuzz the readers and editors of our own files: only documented failures, printable sentences, nothing lost."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tests.fuzz._running import atheris, run

with atheris.instrument_imports(include=["mailwizard.storage.documents", "mailwizard.storage.values"]):
    from mailwizard.model import Failure
    from mailwizard.storage import clients, drafts, fields, journal
    from mailwizard.storage.documents import edit, parse
    from mailwizard.storage.layers import ACCOUNTS, FIELDS, READERS, SERVERS, SETTINGS
    from mailwizard.storage.places import place
    from mailwizard.storage.secrets import sealing

HOME = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
FILE = HOME / "file"
CODES = frozenset({"store.damaged", "store.newer"})
WORDS = (
    *(b"schema = 1", b"[incoming]", b"[[identities]]", b"address = ", b"locked = [", b"port = ", b"verified_at = "),
    *(b'"""', b"'''", b"1979-05-27T07:32:00Z", b"inf", b"true", b"{", b"}", b"\\u0000", b"\r\n", b"# "),
    *(b'"schema"', b'"draft"', b'"sent"', b'"format"', b'"mailwizard vault"', b'"kdf"', b'"argon2id"', b'"entries"'),
)


def fielded(kind: str) -> Callable[[bytes], None]:
    """Return what reads a file of fields and changes one of them."""
    field = {ACCOUNTS: "display_name", SERVERS: "incoming.host", SETTINGS: "default"}[kind]

    def read(data: bytes) -> None:
        values = parse(data, FILE, FIELDS[kind], fields.LISTS)
        with suppress(fields.Unfit):
            READERS[kind]("name", values)
        edited = edit(data, {field: "changed"}, FILE, "title")
        before, after = (tomllib.loads(each.decode()) for each in (data, edited))
        name = field.partition(".")[0]
        assert {**before, name: 0}.keys() == after.keys() | {name}
        assert all(repr(after[key]) == repr(value) for key, value in before.items() if key != name)
        assert edit(data, {}, FILE, "title") == data

    return read


def client(data: bytes) -> None:
    """Read a registration."""
    values = parse(data, FILE, clients._FIELDS)
    clients._read("google", place("user"), values)


def draft(data: bytes) -> None:
    """Read a draft."""
    FILE.write_bytes(data)
    drafts._read(FILE)


def letters(data: bytes) -> None:
    """Read the journal."""
    FILE.write_bytes(data)
    journal._read(FILE)


def sealed(data: bytes) -> None:
    """Read a vault."""
    vault = sealing.decode(data, FILE)
    for name in vault.names():
        vault.get(name, b"k" * sealing.KEY)


READS = (fielded(ACCOUNTS), fielded(SERVERS), fielded(SETTINGS), client, draft, letters, sealed)


def target(data: bytes) -> None:
    """Read one input: the first byte chooses who reads it."""
    if not data:
        return
    try:
        READS[data[0] % len(READS)](data[1:])
    except Failure as failure:
        assert failure.code in CODES, failure.code
        assert failure.detail.isprintable(), ascii(failure.detail)


def seeds() -> Iterator[bytes]:
    """Yield files as they are saved."""
    account = b'# mine\nschema = 1\naddress = "a@b.test"\nserver = "s"\n[[identities]]\naddress = "c@b.test"\n'
    server = b'schema = 1\n[incoming]\nprotocol = "imap"\nhost = "i.test"\nport = 993\nsecurity = "tls"\n'
    settings = b'schema = 1\ndefault = "a"\nlocked = ["default"]\n'
    registration = b'schema = 1\nclient_id = "x"\nkey = "vault:key"\nport = 53171\nends = "2027-01-01"\n'
    vault = sealing.Vault(kdf=sealing.Argon(salt=b"s" * 16), check=b"c" * 40, entries={"alice": b"e" * 40}).encode()
    draft_kept = b'{"schema": 1, "kept": "2026-01-01", "draft": {"address": null, "answered": ["service"]}}'
    sent = b'{"schema": 1, "sent": [{"token": "%s", "mailbox": "m", "username": "u", "sent": "2026"}]}' % (b"0" * 32)
    for at, seed in enumerate((account, server, settings, registration, draft_kept, sent, vault)):
        yield bytes([at]) + seed


if __name__ == "__main__":
    os.environ["HOME"] = str(HOME)
    run("kept", target, seeds(), WORDS)
