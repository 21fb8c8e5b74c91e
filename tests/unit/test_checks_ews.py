"""Exchange Web Services: each sign-in, what the server says about itself, and what goes wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.small_exchange import JANE, SECRET, TOKEN, SmallExchange, checked, exchange_world, failed, users

from mailwizard.model import Outcome, Until
from mailwizard.sandbox.web import Answer

pytestmark = pytest.mark.usefixtures("users")
__all__ = ["users"]
OK = Outcome.OK


async def test_reaching_tells_what_is_offered_and_what_the_server_is_without_a_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = SmallExchange()
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world, None, Until.REACH)
    assert [step for step, outcome, _ in seen.ends() if outcome is OK] == [
        "resolve", "connect", "encrypt", "capabilities",
    ]  # fmt: skip
    assert seen.fact("mechanisms") == "NEGOTIATE NTLM BASIC"
    assert seen.fact("product") == "Microsoft-IIS/10.0, EX01"
    assert len(server.asked) == 1 and not server.proofs


@pytest.mark.parametrize(
    ("mechanism", "who", "scheme"),
    [("", JANE, "NTLM"), ("NTLM", JANE, "NTLM"), ("NEGOTIATE", JANE, "Negotiate"), ("BASIC", JANE, "Basic"),
     ("", TOKEN, "Bearer"), ("XOAUTH2", TOKEN, "Bearer")],
)  # fmt: skip
async def test_each_way_signs_in_with_one_login_and_opens_the_inbox(
    monkeypatch: pytest.MonkeyPatch, mechanism: str, who: object, scheme: str
) -> None:
    server = SmallExchange()
    server.offers += ("Bearer",)
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world, who, mechanism=mechanism)  # type: ignore[arg-type]
    assert [one[0] for one in seen.ends()][-2:] == ["sign-in", "mailbox"]
    assert all(outcome is OK for _, outcome, _ in seen.ends())
    assert server.proofs == [scheme]
    assert seen.fact("mechanism") == scheme.upper() and seen.fact("secret") == "sent"
    assert (seen.fact("folders"), seen.fact("messages"), seen.fact("unread")) == (
        "Posteingang, Junk-E-Mail, Gesendete Elemente", "0", "1",
    )  # fmt: skip
    assert "Exchange Server 2016 (15.1.2507)" in [one.fact("product") for one in seen]
    assert SECRET not in str(seen) and TOKEN.secret not in str(seen)


@pytest.mark.parametrize("mechanism", ["NTLM", "BASIC"])
async def test_a_wrong_password_is_offered_exactly_once(monkeypatch: pytest.MonkeyPatch, mechanism: str) -> None:
    server = SmallExchange()
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world, replace(JANE, secret="wrong-horse"), Until.DELIVERY, mechanism=mechanism)
    assert (failed(seen).code, len(server.proofs), server.refused) == ("ews.401", 1, 1)
    assert "wrong-horse" not in str(seen)


async def test_only_a_named_way_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    server = SmallExchange(offers=("NTLM",))
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world, mechanism="BASIC")
    assert failed(seen).code == "sign-in.no-mechanism" and not server.proofs


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html><title>Outlook</title></html>", 200, "text/html"),
        Answer(b"", 302, headers=(("Location", "https://exchange.practice.example/owa/auth/logon.aspx"),)),
        Answer(b"<html>", 404, "text/html"),
        Answer(b"", 440),
        Answer(b"{}", 200, "application/json"),
    ],
)
async def test_what_is_no_web_service_of_exchange_is_told_before_any_secret(
    monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    async with exchange_world(monkeypatch, lambda request: answer) as world:
        seen = await checked(world)
        assert failed(seen).code == "ews.not-ews"
        assert not any(request.header("authorization") for request in world.web.requests)


@pytest.mark.parametrize(("status", "code"), [(403, "http.403"), (503, "http.503"), (429, "http.429")])
async def test_other_statuses_keep_their_number(monkeypatch: pytest.MonkeyPatch, status: int, code: str) -> None:
    diagnosis = ("x-ms-diagnostics", "EWS is disabled for this organization")
    async with exchange_world(monkeypatch, lambda request: Answer(b"", status, headers=(diagnosis,))) as world:
        seen = await checked(world)
    assert failed(seen).code == code and "EWS is disabled" in failed(seen).detail
