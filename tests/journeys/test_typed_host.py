"""A host that a person typed gets a provider's token only once it is said what that means, by command and on screen."""

from __future__ import annotations

import pytest
from tests.journeys.commands import Run
from tests.journeys.person import sitting
from tests.journeys.shared_world import let_in, opened
from tests.journeys.test_command_signing_in import GOOGLE, VAULT

from mailwizard.draft import Draft, Stage
from mailwizard.model import Address, AuthKind, Candidate, Endpoint, Protocol, Security, Trust
from mailwizard.sandbox import open_world
from mailwizard.sandbox.internet import GMAIL_ADDRESS, PRACTICE_HOST
from mailwizard.sandbox.world import World
from mailwizard.tui.screens.browser import Browser

pytestmark = pytest.mark.usefixtures("at_hand")
SAID = ("is none of Google's servers", "whoever runs it can read all mail of this mailbox")


def test_a_command_says_what_a_token_is_to_the_host_that_was_typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened("google-browser") as shared:
        let_in(monkeypatch, shared)
        typed = ("--imap", f"{PRACTICE_HOST}:993/tls", "--smtp", "smtp.gmail.com:465/tls")
        said = run("sign-in", GMAIL_ADDRESS, *typed, "--issuer", "google", *GOOGLE, *VAULT)
        told = " ".join(said.err.split())
        assert all(words in told for words in (PRACTICE_HOST, *SAID)) and "smtp.gmail.com is none" not in told
        own = run("sign-in", GMAIL_ADDRESS, *GOOGLE, *VAULT)
        assert own.code == 0 and "is none of" not in own.err
        words = ("--address", GMAIL_ADDRESS, "--secret", f"vault:{GMAIL_ADDRESS}/sign-in")
        checked = run("check", "--imap", f"{PRACTICE_HOST}:993/tls", "--username", GMAIL_ADDRESS, *words[2:], *GOOGLE)
        assert SAID[1] in " ".join(checked.err.split())
        assert "is none of" not in run("check", *words, *GOOGLE).err


def with_typed_host(world: World) -> Draft:
    """Return a draft at the question how to sign in, whose server to receive with was typed."""
    address = Address.parse(world.address)
    incoming = Candidate(
        Endpoint(Protocol.IMAP, PRACTICE_HOST, 993, Security.TLS), world.address, (AuthKind.OAUTH2,), "typed",
        Trust.PUBLISHED, "Typed by hand.",
    )  # fmt: skip
    outgoing = Candidate(
        Endpoint(Protocol.SMTP, "smtp.gmail.com", 465, Security.TLS), world.address, (AuthKind.OAUTH2,), "cards",
        Trust.CURATED, "Known.", "gmail",
    )  # fmt: skip
    stages = frozenset({Stage.SERVICE, Stage.ADDRESS, Stage.SERVERS})
    return Draft(address=address, incoming=incoming, outgoing=outgoing, answered=stages)


async def test_the_wizard_asks_before_the_page_is_opened_and_asks_once() -> None:
    async with open_world("google-browser") as world:
        draft = with_typed_host(world)
        async with sitting(world.net, practice=world, draft=draft) as person:
            await person.sees("Sign in with a browser", "[>Sign in<]")
            await person.presses("enter")
            await person.sees(PRACTICE_HOST, *SAID, "[>No<]")
            await person.presses("enter")
            await person.sees("Sign-in 4/7")
            assert not isinstance(person.app.screen, Browser)
            await person.chooses("Sign in")
            await person.sees(*SAID)
            await person.presses("y")
            await person.sees("Under which registration may mailwizard sign in")
            await person.presses("escape")
            await person.sees("Sign-in 4/7")
            await person.presses("enter")
            await person.sees("Under which registration may mailwizard sign in")
