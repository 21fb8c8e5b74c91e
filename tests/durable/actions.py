"""What is done while faults happen: each action with the home it begins from."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from mailwizard.cli import main
from mailwizard.cli.running import run
from mailwizard.draft import Draft, Stage
from mailwizard.model import (
    Account,
    Address,
    Credential,
    Endpoint,
    Evidence,
    Failure,
    Identity,
    Outcome,
    Protocol,
    Security,
    Server,
    Step,
    Until,
)
from mailwizard.net.real import RealNet
from mailwizard.signin.oauth import tokens
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration, RegistrationKind
from mailwizard.storage import clients, drafts, files, journal, moving, profiles, recording, saving, secrets, servers
from mailwizard.storage.clients import SavedClient
from mailwizard.storage.places import config_dir
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.sealing import Argon
from mailwizard.storage.secrets.stores import vault

PHRASES = ("the first passphrase", "the second passphrase")
FIRST, SECOND = "first s3cret", "second s3cret"


def _address(text: str) -> Address:
    return Address.parse(f"{text}@example.com")


def _server(name: str, host: str) -> Server:
    return Server(
        name,
        incoming=Endpoint(Protocol.IMAP, f"imap.{host}", 993, Security.TLS),
        outgoing=Endpoint(Protocol.SMTP, f"smtp.{host}", 465, Security.TLS),
    )


ALICE = Account("alice", _address("alice"), "alice", "alice")
BOB = Account("bob", _address("bob"), "shared", "bob")
CAROL = Account("carol", _address("carol"), "shared", "carol", identities=(Identity(_address("info"), "Info"),))
OLD, NEW, SHARED = _server("alice", "old.example"), _server("alice", "new.example"), _server("shared", "example.com")
DRAFT = Draft(answered=frozenset({Stage.SERVICE}), address=_address("dora"), display_name="Dora")


async def asked(*, new: bool) -> str:
    """Give the vault's passphrase."""
    return PHRASES[0]


async def _either(*, new: bool) -> str:
    """Give the passphrase that the vault has by now."""
    found = vault._load()
    for phrase in PHRASES if found else ():
        with suppress(Failure):
            assert found is not None
            found.key(phrase)
            return phrase
    return PHRASES[0]


def naively(path: Path, data: bytes, **_: object) -> None:
    """Write a file as a careless program does, to prove that it would be found out."""
    with path.open("wb") as file:
        file.write(data)


def quick() -> None:
    """Derive keys with the least that a vault may ask for, in one thread; be careless where that is to be found out."""
    if os.environ.get("MAILWIZARD_DURABLE_NAIVE"):
        files.write = naively
    sealing.PREFERRED = (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),)


def some() -> None:
    """Fill a home: three accounts, of which two share a server, and secrets in the vault."""
    for account, server, secret in ((ALICE, OLD, FIRST), (BOB, SHARED, "bob's"), (CAROL, SHARED, "carol's")):
        run(saving.save_account(account, server, Credential(account.username, secret), store="vault", passphrase=asked))
    main(["accounts", "default", "alice"])
    main(["servers", "fallback", "shared"])
    drafts.keep(DRAFT)


def nothing() -> None:
    """Leave a home empty."""


def _grant(at: int) -> Grant:
    registration = Registration("google", "client", RegistrationKind.PUBLIC)
    began = time.time() if at > 1 else 1.0
    return Grant(registration, "alice", ("mail",), f"refresh {at}", f"access {at}", began + 3600, 1.0, began)


def granted(other: Callable[[], None] = some) -> None:
    """Fill a home in which Alice signs in by a grant whose token has ended."""
    other()
    run(
        saving.save_account(
            ALICE, OLD, Credential("alice", _grant(1).to_text()), store="vault", passphrase=asked, replace=True
        )
    )


def _save(account: Account, server: Server, secret: str) -> int:
    run(
        saving.save_account(
            account, server, Credential(account.username, secret), store="vault", passphrase=asked, replace=True
        )
    )
    return 0


def _save_new() -> int:
    return _save(replace(ALICE, name="dora", address=_address("dora"), server="dora"), replace(NEW, name="dora"), FIRST)


def _replace() -> int:
    return _save(replace(ALICE, display_name="Alice", username="alice@new"), NEW, SECOND)


def _edit() -> int:
    run(saving.save_account(replace(ALICE, secret="vault:alice", display_name="Alice"), NEW, replace=True))
    return 0


def _record() -> int:
    seen = [
        Evidence(str(end), step, Outcome.OK)
        for end in (OLD.incoming, OLD.outgoing)
        for step in (Step.CONNECT, Step.SIGN_IN)
    ]
    recording.record("alice", seen, Until.SIGN_IN, now="2026-01-02T03:04:05Z")
    return 0


def _settings() -> int:
    return main(["accounts", "default", "bob"])


def _rename() -> int:
    return main(["accounts", "rename", "alice", "amy"])


def _rename_server() -> int:
    return main(["servers", "rename", "shared", "common"])


def _remove() -> int:
    return main(["accounts", "remove", "alice", "--yes"])


def _passphrase() -> int:
    run(vault.change_passphrase(*PHRASES))
    return 0


def _move() -> int:
    run(moving.move("alice", "vault:elsewhere", asked))
    return 0


def _draft() -> int:
    drafts.keep(replace(DRAFT, display_name="Dora the other"))
    return 0


def _discard() -> int:
    drafts.discard(DRAFT)
    return 0


def _client() -> int:
    clients.save(SavedClient("google", "another client", publishing="testing"))
    return 0


def _letter() -> int:
    journal.keep("0123456789abcdef" * 2, "imap.old.example:993", "alice")
    return 0


def _rotate() -> int:
    async def answered(grant: Grant, *_: object) -> Grant:
        return replace(_grant(2), expires_at=4e9, renewed_at=5.0)

    tokens._renewed_as_known = answered  # type: ignore[assignment]
    run(tokens.fresh(profiles.load("alice").account.secret, RealNet(), asked))
    return 0


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that is done."""

    prepare: Callable[[], None]
    perform: Callable[[], int]
    may_spare_server: bool = False
    """Whether a server of the account's own keeps its name where it cannot be seen who else uses it."""


ACTIONS = {
    "first account": Action(nothing, _save_new),
    "another account": Action(some, _save_new),
    "replace an account": Action(some, _replace),
    "edit an account": Action(some, _edit),
    "record a check": Action(some, _record),
    "settings": Action(some, _settings),
    "rename an account": Action(some, _rename, may_spare_server=True),
    "rename a server": Action(some, _rename_server),
    "remove an account": Action(some, _remove),
    "move a secret": Action(some, _move),
    "other passphrase": Action(some, _passphrase),
    "renew a grant": Action(granted, _rotate),
    "keep a draft": Action(some, _draft),
    "discard a draft": Action(some, _discard),
    "registration": Action(some, _client),
    "sent letter": Action(some, _letter),
}


def started() -> None:
    """Start anew, and write once into every folder of ours, as somebody does who goes on."""
    main(["accounts", "list"])
    journal.keep("f" * 32, "imap.other.example:993", "other")
    journal.forget("f" * 32)
    drafts.keep(replace(DRAFT, address=_address("zoe")))
    drafts.discard(replace(DRAFT, address=_address("zoe")))
    reference = run(secrets.put("vault", "passing", "nothing", _either))
    run(secrets.forget(reference))
    servers.save(_server("passing", "example.net"), replace=True)
    servers.remove("passing")
    (config_dir() / "servers" / "passing.toml.old").unlink()
