"""An account that an administrator set up for a user: the user's wizard asks only what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.person import sitting

from mailwizard.draft import Stage
from mailwizard.model import Account, Address, Endpoint, Protocol, Role, Security, Server, State
from mailwizard.operations.prefilled import user_name, waiting
from mailwizard.sandbox import open_world
from mailwizard.storage import profiles
from mailwizard.storage.places import Scope

HOST = "mail.practice.example"
SERVER = Server(
    "office",
    Endpoint(Protocol.IMAP, HOST, 993, Security.TLS),
    Endpoint(Protocol.SMTP, HOST, 465, Security.TLS),
)
ACCOUNT = Account(
    "work",
    Address.parse("alice@practice.example"),
    "office",
    "alice@practice.example",
    display_name="Alice",
    role=Role.COMPANY,
    owner="alice",
)


def test_an_account_waits_for_its_owner_and_for_nobody_else() -> None:
    assert waiting("alice") is None
    profiles.save(ACCOUNT, SERVER, "host")
    draft = waiting("alice")
    assert draft is not None and draft.stage is Stage.SIGN_IN and draft.name == "work"
    assert waiting("bob") is None
    profiles.save(replace(ACCOUNT, owner=user_name()), SERVER, "host", replace=True)
    assert waiting() is not None, "the user of this machine is meant where nobody is named"


@pytest.mark.parametrize("change", [{"secret": "env:MAIL"}, {"state": State.VERIFIED}])
def test_what_is_set_up_already_does_not_wait(change: dict[str, object]) -> None:
    profiles.save(replace(ACCOUNT, **change), SERVER, "host")  # type: ignore[arg-type]
    assert waiting("alice") is None


def test_one_s_own_account_and_what_cannot_be_read_do_not_wait(tmp_path: Path) -> None:
    profiles.save(replace(ACCOUNT, name="mine"), SERVER)
    profiles.save(replace(ACCOUNT, name="work"), SERVER, "host")
    (tmp_path / "etc/accounts/bad.toml").write_text('owner = "alice"\nthis is = = no TOML')
    draft = waiting("alice")
    assert draft is not None and draft.name == "work"


async def test_the_user_gives_the_secret_and_nothing_else(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))
    profiles.save(ACCOUNT, SERVER, "host")
    async with open_world("all_well") as world, sitting(world.net, draft=waiting("alice")) as person:
        await person.sees("Sign-in 4/7", world.address)
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        await person.presses("enter")
        await person.sees("Save the account", "company")
        await person.chooses("Save")
        await person.sees("Saved work")
    saved = profiles.load("work")
    assert saved.account.state is State.VERIFIED and saved.account.secret == "vault:work"
    assert (saved.account.display_name, saved.server) == ("Alice", SERVER)
    origin = saved.origin("account.display_name")
    assert origin is not None and origin.scope is Scope.HOST, "the user's file states only what is the user's"
    assert waiting("alice") is None
