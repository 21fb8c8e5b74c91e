"""A world with a server of every kind that products are set up with, and what their configurations are held to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from io import StringIO

import pytest
import yaml
from dotenv import dotenv_values
from tests.journeys.commands import Run, Said
from tests.journeys.shared_world import Shared, let_in, opened

import mailwizard.cli.running
from mailwizard.cli.account_answers import AccountsAnswer, ResolveAnswer, SavedAccount
from mailwizard.model import Security
from mailwizard.net import Record
from mailwizard.sandbox.exchange.furnishing import OWN, online
from mailwizard.sandbox.exchange.service import Exchange
from mailwizard.sandbox.internet import (
    ACCOUNT_PASSWORD,
    APP_PASSWORD,
    CONTOSO_PASSWORD,
    PASSWORD,
    PRACTICE,
    PRACTICE_ADDRESS,
    PRACTICE_CERTIFICATE,
    PRACTICE_HOST,
    furnish,
    host,
    listen,
)
from mailwizard.sandbox.mailboxes import Mailbox
from mailwizard.sandbox.manners import Postfix
from mailwizard.sandbox.pki import Certificate
from mailwizard.sandbox.signing_in import google, microsoft
from mailwizard.sandbox.world import World

RELAY, WINDOWS, EXCHANGE = (f"{name}.{PRACTICE}" for name in ("relay", "windows", "exchange"))
EWS = f"https://{EXCHANGE}/EWS/Exchange.asmx"
WORLD = ("--practice", "google-browser")
"""What a command is told that a browser has to answer; the world that it meets is the one below."""
VAULT = ("--store", "vault")
PEOPLE = ("bob", "carol", "sales", "office")
SECRETS = (PASSWORD, APP_PASSWORD, APP_PASSWORD.replace(" ", ""), ACCOUNT_PASSWORD, CONTOSO_PASSWORD)


class _Relay(Postfix):
    """A relay for the machines of a company's own network."""

    smtp_mechanisms = ()
    owner_only = False
    relays = True


class _Windows(Postfix):
    """A server of a Windows domain that takes nothing else."""

    smtp_mechanisms = ("NTLM",)
    windows_domain = "ACME"


@asynccontextmanager
async def company() -> AsyncIterator[World]:
    """Open a world with a company's IMAP, POP3, SMTP and Exchange, its relay, and Google's and Microsoft's servers."""
    world = World("products")
    try:
        await world.prepare()
        furnish(world)
        world.address, world.password = PRACTICE_ADDRESS, PASSWORD
        for name in PEOPLE:
            world.mailboxes.add(Mailbox(f"{name}@{PRACTICE}", PASSWORD))
        listen(world, PRACTICE_HOST, Postfix(), PRACTICE_CERTIFICATE, ("pop3", 995, Security.TLS))
        for number, name in enumerate((RELAY, WINDOWS, EXCHANGE), 60):
            host(world.zone, name, number)
        relay, windows = Certificate((RELAY,)), Certificate((WINDOWS,))
        listen(world, RELAY, _Relay(), relay, ("smtp", 25, Security.NONE), ("smtp", 587, Security.STARTTLS))
        listen(world, WINDOWS, _Windows(), windows, ("smtp", 587, Security.STARTTLS))
        world.zone.remove(PRACTICE, "TXT")
        own = f"v=spf1 mx a:{WINDOWS} a:{EXCHANGE} -all"
        world.zone.add(PRACTICE, Record("TXT", own, ttl=3600))
        world.hosting.certificates[EXCHANGE] = Certificate((EXCHANGE,))
        Exchange(world, EXCHANGE, OWN).open()
        google(world)
        online(world, microsoft(world))
        await world.open()
        yield world
    finally:
        await world.close()


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """Let every command of a test meet one such world, for the network and as the practice world."""
    with opened(company) as world:
        let_in(monkeypatch, world)
        monkeypatch.setattr(mailwizard.cli.running, "real_network", lambda options: world.world.net)
        yield world


def account(run: Run, name: str) -> SavedAccount:
    """Return an account as it is shown."""
    (shown,) = run("accounts", "show", name, "--json").read(AccountsAnswer).accounts
    return shown


def resolved(run: Run, name: str) -> ResolveAnswer:
    """Return through what an account sends now."""
    return run("accounts", "resolve", name, "--json").read(ResolveAnswer)


def exported(run: Run, name: str, *targets: str, shared: Shared) -> dict[str, str]:
    """Return an account as programs read it, in which there is no secret."""
    texts: dict[str, str] = {}
    for target in targets:
        said = run("export", name, "--to", target)
        assert said.code == 0, f"{target}: {said.err}"
        refuse_secrets(said, shared)
        texts[target] = said.out
    return texts


def refuse_secrets(said: Said, shared: Shared, more: Iterable[str] = ()) -> None:
    """Refuse any secret of this world in what a command wrote."""
    assert not [secret for secret in (*SECRETS, *more) if said.holds(secret)]
    assert not [secret for secret in shared.seen_in(said.out + said.err) if len(secret) > 16]


def read_env(text: str) -> dict[str, str]:
    """Return the variables of a .env file as python-dotenv reads them."""
    return {name: value or "" for name, value in dotenv_values(stream=StringIO(text)).items()}


def read_compose(text: str) -> dict[str, str]:
    """Return the environment of the service in a Docker Compose file."""
    found: dict[str, str] = yaml.safe_load(text)["services"]["app"]["environment"]
    return found


def read_json(text: str) -> dict[str, dict[str, object]]:
    """Return an account as a program of one's own reads it."""
    found: dict[str, dict[str, object]] = json.loads(text)
    return found


def read_django(text: str) -> dict[str, object]:
    """Return the settings that need no secret, and the command that tells it."""
    told: dict[str, object] = {}
    before, mark, after = text.partition("EMAIL_HOST_PASSWORD")
    exec(compile(before.replace("import subprocess", ""), "settings.py", "exec"), told)
    told["command"] = after.split("[", 1)[1].split("]", 1)[0] if mark else ""
    return told
