"""No token goes to a server that is none of its issuer's, whatever a domain publishes, unless a person types it."""

from __future__ import annotations

import time

import pytest
from tests.unit.test_discovery_engine import country
from tests.unit.test_tokens import GOOGLE

from mailwizard import knowledge
from mailwizard.cli.asked import Asked
from mailwizard.cli.commands.sign_in import _refuse_strangers
from mailwizard.cli.deadline import Deadline
from mailwizard.cli.endings import UsageError
from mailwizard.cli.finding import Found, find
from mailwizard.cli.keeping import Remembered
from mailwizard.cli.with_grant import proof_of
from mailwizard.draft import Draft
from mailwizard.faces.check import Check
from mailwizard.faces.session import Session
from mailwizard.model import Address, AuthKind, Candidate, Endpoint, Protocol, Security, Trust
from mailwizard.sandbox.plot import Piece, autoconfig, mx, txt
from mailwizard.signin import ways
from mailwizard.signin.oauth.audience import refusal, strangers
from mailwizard.signin.oauth.grant import Grant

BOB = Address.parse("bob@victim.org")
SPF = txt("@", "v=spf1 include:_spf.google.com -all")
ELSEWHERE = autoconfig(
    b"""<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="{d}"><domain>{d}</domain>
<incomingServer type="imap"><hostname>imap.mallory.example</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username><authentication>OAuth2</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.mallory.example</hostname><port>465</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username><authentication>OAuth2</authentication></outgoingServer>
</emailProvider></clientConfig>"""
)


def server(host: str, source: str = "autoconfig") -> Candidate:
    return Candidate(
        Endpoint(Protocol.IMAP, host, 993, Security.TLS), str(BOB), (AuthKind.OAUTH2,), source, Trust.PUBLISHED, "Said."
    )


async def looked_up(*pieces: Piece) -> Found:
    async with country(*pieces, name="victim.org") as world:
        return await find(BOB, world.net, watched=False)


async def test_what_a_domains_web_server_says_gets_no_token_of_google() -> None:
    found = await looked_up(mx("mx1.ppe-hosted.com."), SPF, ELSEWHERE)
    assert found.incoming and found.outgoing and found.incoming.endpoint.host == "imap.mallory.example"
    provider = knowledge.provider(found.provider)
    assert provider and provider.issuer == "google", "that is whose sign-in is offered"
    draft = Draft(address=BOB, incoming=found.incoming, outgoing=found.outgoing)
    (way,) = ways(draft.chosen, provider, registered=True)
    assert not way.offered and "imap.mallory.example" in way.hint
    google = knowledge.issuers()["google"]
    with pytest.raises(UsageError, match=r"imap\.mallory\.example .* none of Google's servers"):
        _refuse_strangers(Asked(draft, found.provider), google)


async def test_a_saved_sign_in_does_not_go_there_either(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    grant = Grant(GOOGLE, str(BOB), (), "Zq7-refresh", "Zq7-access", now + 3600, now)
    draft = Draft(address=BOB, incoming=server("imap.mallory.example"))
    with pytest.raises(UsageError, match="none of Google's servers") as refused:
        proof_of(grant.to_text(), "", Asked(draft), None, Deadline(5), Remembered())  # type: ignore[arg-type]
    assert "Zq7" not in str(refused.value)


@pytest.mark.parametrize(
    ("issuer", "host"),
    [
        ("google", "imap.gmail.com"), ("google", "smtp-relay.gmail.com"), ("microsoft", "outlook.office365.com"),
        ("yandex", "imap.yandex.ru"), ("fastmail", "imap.fastmail.com"), ("https://id.example", "anywhere.example"),
    ],
)  # fmt: skip
def test_an_issuers_own_servers_are_no_strangers(issuer: str, host: str) -> None:
    assert strangers(issuer, (server(host),)) == ()


@pytest.mark.parametrize(
    ("issuer", "host"),
    [
        ("google", "imap.gmail.com.mallory.example"), ("google", "gmail.co"), ("google", "outlook.office365.com"),
        ("microsoft", "imap.gmail.com"), ("microsoft", "office365.com.example"), ("mailru", "mail.ru.example"),
    ],
)  # fmt: skip
def test_anybody_elses_are(issuer: str, host: str) -> None:
    assert strangers(issuer, (server(host), server(host))) == (host,)
    assert strangers(issuer, (server(host, "typed"), server(host, "saved"))) == ()


def test_every_server_of_every_card_is_its_own_issuers() -> None:
    for card in knowledge.providers().values():
        hosts = [fact.host for fact in (*card.servers, *card.hosted)]
        assert not card.issuer or strangers(card.issuer, [server(host) for host in hosts]) == ()


def test_the_refusal_names_them_as_they_are_typed() -> None:
    one = server("imap.mallory.example")
    said = refusal("Google", ("imap.mallory.example",), (one,))
    assert said.startswith("imap.mallory.example is none of") and "--imap imap.mallory.example:993/tls" in said


async def test_the_wizard_sends_no_token_to_servers_that_were_chosen_after_signing_in() -> None:
    now = time.time()
    grant = Grant(GOOGLE, str(BOB), (), "Zq7-refresh", "Zq7-access", now + 3600, now)

    session = Session(None, grant=grant)
    check = Check(Draft(address=BOB, incoming=server("imap.mallory.example")), session)
    check.begin(check.draft.unproven)
    assert not await check.run()
    assert "imap.mallory.example" in check.said and not check.draft.evidence
