"""Exchange Web Services against the practice world's own servers, which were built from the specifications alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.issuing_tokens import microsoft_app_token, microsoft_user_token
from tests.unit.small_exchange import Seen

from mailwizard.checks import verify
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Credential,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Trust,
    Until,
)
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.exchange import DISABLED, Protection
from mailwizard.sandbox.internet import PASSWORD

OWN = "https://mail.practice.example/EWS/Exchange.asmx"
ONLINE = "https://outlook.office365.com/EWS/Exchange.asmx"
EWS_SCOPE = "https://outlook.office365.com/EWS.AccessAsUser.All"


async def checked(world: World, url: str, who: Credential, until: Until, mechanism: str = "", at: str = "") -> Seen:
    """Check a whole account and return what was told; ``at`` is its address where it is not the world's."""
    candidate = Candidate(Endpoint.parse(Protocol.EWS, url), who.username, (), "typed", Trust.CURATED)
    draft = Draft(address=Address.parse(at or world.address), incoming=candidate, until=until)
    seen = Seen()

    def hear(fact: object) -> None:
        if isinstance(fact, Evidence):
            seen.append(fact)

    await verify(draft, who, world.net, hear, until, mechanism=mechanism)
    return seen


def cause(seen: Seen) -> str:
    """Return the first cause that is found."""
    return diagnose(tuple(seen))[0].cause


def went_well(seen: Seen) -> bool:
    """Return whether nothing failed or was warned of."""
    return not [one for one in seen.ends() if one[1] in {Outcome.FAIL, Outcome.WARN}]


@pytest.mark.parametrize("mechanism", ["NTLM", "NEGOTIATE", "BASIC"])
@pytest.mark.parametrize("name", ["alice@practice.example", "PRACTICE\\alice", "practice.example\\alice"])
async def test_each_form_of_a_name_delivers_with_one_login(name: str, mechanism: str) -> None:
    async with open_world("exchange-own-server") as world:
        seen = await checked(world, OWN, Credential(name, PASSWORD), Until.DELIVERY, mechanism)
        assert went_well(seen)
        assert seen.fact("removed") == "2"
        box = world.mailboxes.mailboxes[world.address]
        assert not box.messages and not box.folder(box.sent)
        assert [one.accepted for one in world.sign_ins] == [True]


@pytest.mark.parametrize("name", ["alice", "OTHER\\alice", "alice@elsewhere.example"])
async def test_a_name_that_the_server_does_not_know_costs_one_login_and_is_explained(name: str) -> None:
    async with open_world("exchange-own-server") as world:
        seen = await checked(world, OWN, Credential(name, PASSWORD), Until.DELIVERY)
        assert [one.accepted for one in world.sign_ins] == [False]
        assert cause(seen) == "wrong_password"
        assert "company.com\\user" in " ".join(diagnose(tuple(seen))[0].fix)


@pytest.mark.parametrize("protection", list(Protection))
async def test_ntlm_is_bound_to_the_certificate_as_extended_protection_demands(protection: Protection) -> None:
    async with open_world("exchange-own-server") as world:
        exchange: Any = world.exchanges["mail.practice.example"]
        exchange._door.manners = exchange.manners = replace(exchange.manners, protection=protection)
        seen = await checked(world, OWN, Credential("PRACTICE\\alice", PASSWORD), Until.SIGN_IN)
        assert went_well(seen)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ErrorAccessDenied", "mailbox_access_denied"),
        ("ErrorNonExistentMailbox", "mailbox_not_found"),
        ("ErrorServerBusy", "rate_limited"),
        ("ErrorMailboxMoveInProgress", "mailbox_unavailable"),
        ("ErrorMailboxStoreUnavailable", "mailbox_unavailable"),
        ("ErrorExceededConnectionCount", "too_many_connections"),
        ("ErrorInternalServerError", "server_unavailable"),
        ("ErrorInvalidServerVersion", "protocol_error"),
    ],
)
async def test_what_exchange_has_against_opening_the_inbox_is_explained(code: str, expected: str) -> None:
    async with open_world("exchange-own-server") as world:
        world.exchanges["mail.practice.example"].fail_next(code, 20)
        seen = await checked(world, OWN, Credential("PRACTICE\\alice", PASSWORD), Until.SIGN_IN)
        assert seen.ends()[-1] == ("mailbox", Outcome.FAIL, f"ews.{code}")
        assert cause(seen) == expected
        assert sum(world.logins.values()) == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ErrorPasswordExpired", "password_expired"),
        ("ErrorPasswordChangeRequired", "password_change_required"),
        ("ErrorAccountDisabled", "account_disabled"),
    ],
)
async def test_whom_the_server_knows_and_lets_not_in_is_not_told_as_signed_in(code: str, expected: str) -> None:
    async with open_world("exchange-own-server") as world:
        world.exchanges["mail.practice.example"].fail_next(code, 20)
        seen = await checked(world, OWN, Credential("PRACTICE\\alice", PASSWORD), Until.SIGN_IN)
        assert seen.ends()[-1] == ("sign-in", Outcome.FAIL, f"ews.{code}")
        assert cause(seen) == expected
        assert sum(world.logins.values()) == 1


async def test_another_persons_mailbox_is_told_apart_from_a_wrong_password() -> None:
    async with open_world("exchange-own-server") as world:
        who = Credential("PRACTICE\\alice", PASSWORD)
        seen = await checked(world, OWN, who, Until.SIGN_IN, at="nobody@practice.example")
        assert cause(seen) == "mailbox_not_found"


async def test_without_an_address_it_is_the_mailbox_of_whoever_signs_in() -> None:
    async with open_world("exchange-own-server") as world:
        who = Credential("PRACTICE\\alice", PASSWORD)
        candidate = Candidate(Endpoint.parse(Protocol.EWS, OWN), who.username, (), "typed", Trust.CURATED)
        seen = Seen()
        await verify(
            Draft(incoming=candidate), who, world.net,
            lambda fact: seen.append(fact) if isinstance(fact, Evidence) else None, Until.SIGN_IN,
        )  # fmt: skip
        assert went_well(seen) and seen.ends()[-1][0] == "mailbox"
        assert not any(request.header("x-anchormailbox") or request.tells("invalid") for request in world.web.requests)


async def test_the_depth_of_a_sender_says_what_cannot_be_asked_and_sends_nothing() -> None:
    async with open_world("exchange-own-server") as world:
        seen = await checked(world, OWN, Credential("PRACTICE\\alice", PASSWORD), Until.SENDER)
        assert ("mail-from", Outcome.SKIP, "sender.unasked") in seen.ends()
        assert "spf" in {one.fact("record") for one in seen}
        assert not any(b"CreateItem" in request.body for request in world.web.requests)


async def test_a_persons_token_delivers_where_the_organization_allows_it() -> None:
    async with open_world("exchange-online-ews-blocked") as world:
        token = await microsoft_user_token(world, EWS_SCOPE)
        who = Credential(world.address, token, AuthKind.OAUTH2)
        blocked = await checked(world, ONLINE, who, Until.DELIVERY)
        assert ("sign-in", Outcome.FAIL, "http.403") in blocked.ends()
        assert DISABLED in str(blocked) and cause(blocked) == "ews_blocked"
        await world.switches[0].flip()
        seen = await checked(world, ONLINE, who, Until.DELIVERY)
        assert not [one for one in seen.ends() if one[1] is Outcome.FAIL]
        assert seen.fact("removed") == "2" and seen.fact("mechanism") == "BEARER"
        assert token not in str(seen)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("https://outlook.office.com/IMAP.AccessAsUser.All", "oauth_scope_missing"),
        ("https://graph.microsoft.com/Mail.Send", "oauth_token_invalid"),
        ("", "oauth_token_invalid"),
    ],
)
async def test_a_token_for_something_else_is_offered_once_and_explained(scope: str, expected: str) -> None:
    async with open_world("exchange-online-ews-blocked") as world:
        token = await microsoft_user_token(world, scope) if scope else "eyJ0eXAiOiJKV1QifQ.nobody.gave-this"
        seen = await checked(world, ONLINE, Credential(world.address, token, AuthKind.OAUTH2), Until.SIGN_IN)
        assert ("sign-in", Outcome.FAIL, "ews.401") in seen.ends()
        assert cause(seen) == expected
        assert sum(1 for one in world.web.requests if one.tells(token) and "asmx" in one.path) == 1


async def test_a_program_acts_for_the_mailbox_once_the_administrator_lets_it() -> None:
    async with open_world("exchange-impersonation-denied") as world:
        app = world.registrations["microsoft-app-only"]
        token = await microsoft_app_token(world, app, "https://outlook.office365.com/.default")
        who = Credential(world.address, token, AuthKind.OAUTH2, app_only=True)
        denied = await checked(world, ONLINE, who, Until.SIGN_IN)
        assert ("mailbox", Outcome.FAIL, "ews.ErrorImpersonateUserDenied") in denied.ends()
        assert cause(denied) == "ews_impersonation_denied"
        await world.switches[0].flip()
        seen = await checked(world, ONLINE, who, Until.DELIVERY)
        assert not [one for one in seen.ends() if one[1] is Outcome.FAIL]
        assert seen.fact("acts-for") == world.address and seen.fact("removed") == "2"


async def test_what_is_said_shows_in_the_transcript_without_any_secret() -> None:
    from mailwizard.checks.transcript import Conversation, shown

    async with open_world("exchange-own-server") as world:
        who = Credential("PRACTICE\\alice", PASSWORD)
        candidate = Candidate(Endpoint.parse(Protocol.EWS, OWN), who.username, (), "typed", Trust.CURATED)
        draft = Draft(address=Address.parse(world.address), incoming=candidate)
        for mechanism in ("BASIC", "NTLM"):
            kept: list[Conversation] = []
            how = {"mechanism": mechanism, "keep": kept.append}
            await verify(draft, who, world.net, lambda fact: None, Until.SIGN_IN, **how)  # type: ignore[arg-type]
            said = "\n".join(shown(kept))
            assert "POST /EWS/Exchange.asmx" in said and "<~* HTTP/1.1 401 (" in said and "<~  HTTP/1.1 200 (" in said
            assert PASSWORD not in said and "Authorization" not in said and "NTLM T" not in said
