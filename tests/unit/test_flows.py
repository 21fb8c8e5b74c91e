"""Flows in a browser: each sign-in is its own, sends what it must, and believes a whole answer only."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.unit.small_issuer import Pages, coded, entra, small_issuer, token
from tests.unit.websites import Website, redirect

from mailwizard import knowledge
from mailwizard.model import Address, Failure, Protocol
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer
from mailwizard.signin.oauth.flow import flow_for
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration

ALICE = Address("alice", "example.com", "example.com")
BOTH = (Protocol.IMAP, Protocol.SMTP)
BACK = "http://127.0.0.1:53171"
CLIENTS = {
    "google": Registration("google", "1-a.apps.googleusercontent.com", "Zq7-client"),
    "yandex": Registration("yandex", "ya-id", "Zq7-client"),
    "microsoft": Registration("microsoft", "00000000-0000-0000-0000-000000000001"),
}
SECRETS = ("Zq7-client", "Zq7-access", "Zq7-refresh", "Zq7-code")
each = pytest.mark.parametrize("issuer", CLIENTS)


def said(told: dict[str, Any] | bytes, status: int = 200) -> Any:
    """Return endpoints that say the same to every token request, and what msal asks for besides."""

    def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
        if key.endswith("openid-configuration"):
            return 200, entra(key)
        if status != 200 or isinstance(told, bytes) or "access_token" not in told or "microsoft" not in key:
            return status, told
        return 200, {**told, "id_token": _id_token(say.nonce), "client_info": coded(uid="u", utid="t")}  # type: ignore[attr-defined]

    say.nonce = ""  # type: ignore[attr-defined]
    return say


def _id_token(nonce: str) -> str:
    claims = {
        "aud": CLIENTS["microsoft"].client_id, "iss": "https://login.microsoftonline.com/t/v2.0", "sub": "s",
        "exp": time.time() + 3600, "preferred_username": "alice@example.com", "oid": "u", "tid": "t",
        **({"nonce": nonce} if nonce else {}),
    }  # fmt: skip
    return f"{coded(alg='RS256')}.{coded(**claims)}.c2lnbmF0dXJl"


async def begun(issuer: str, net: Website) -> Authorization:
    card = knowledge.issuers()[issuer]
    begin = flow_for(CLIENTS[issuer], card).begin
    authorization: Authorization = await begin(CLIENTS[issuer], card, ALICE, BOTH, BACK + card.redirect_path, net)
    return authorization


async def redeemed(authorization: Authorization, net: Website, pages: Pages) -> Grant:
    if authorization.kept:
        nonce = json.loads(authorization.kept)["nonce"]
        pages.say.nonce = hashlib.sha256(nonce.encode()).hexdigest()  # type: ignore[attr-defined]
    card = knowledge.issuers()[authorization.registration.issuer]
    flow = flow_for(authorization.registration, card)
    try:
        grant: Grant = await flow.redeem(authorization, CallbackAnswer("Zq7-code", authorization.state), net)
    finally:
        pages.say.nonce = ""  # type: ignore[attr-defined]
    return grant


@each
async def test_every_sign_in_has_a_state_and_a_proof_key_of_its_own(tmp_path: Path, issuer: str) -> None:
    async with small_issuer(tmp_path, said(token())) as (net, _):
        one, other = await begun(issuer, net), await begun(issuer, net)
    assert one.state != other.state and one.verifier != other.verifier
    assert len(one.state) >= 43 and len(one.verifier) >= 43
    for authorization in (one, other):
        asked = dict(parse_qsl(urlsplit(authorization.url).query))
        digest = hashlib.sha256(authorization.verifier.encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        assert asked["code_challenge_method"] == "S256" and asked["response_type"] == "code"
        assert asked["state"] == authorization.state and asked["redirect_uri"] == authorization.redirect
        assert asked["login_hint"] == "alice@example.com"
        assert asked["client_id"] == CLIENTS[issuer].client_id
        assert set(authorization.scopes) <= set(asked["scope"].split())
        assert urlsplit(authorization.url).hostname == urlsplit(knowledge.issuers()[issuer].authorize).hostname
        assert "Zq7-client" not in authorization.url and authorization.verifier not in authorization.url
        shown = repr(authorization)
        assert authorization.verifier not in shown and "Zq7" not in shown
        assert authorization.kept == "" or authorization.kept not in shown


@each
async def test_a_code_becomes_a_grant_that_can_be_renewed(tmp_path: Path, issuer: str) -> None:
    async with small_issuer(tmp_path, said(token(refresh_token="Zq7-refresh"))) as (net, pages):
        authorization = await begun(issuer, net)
        grant = await redeemed(authorization, net, pages)
        key, form = pages.forms[-1]
        card = knowledge.issuers()[issuer]
        assert f"https://{key}" == card.filled(card.token, "")
        assert form["grant_type"] == "authorization_code" and form["code"] == "Zq7-code"
        assert form["code_verifier"] == authorization.verifier and form["redirect_uri"] == authorization.redirect
        assert form["client_id"] == CLIENTS[issuer].client_id
        assert form.get("client_secret", "") == CLIENTS[issuer].client_secret
        assert (grant.username, grant.access_token) == ("alice@example.com", "Zq7-access")
        assert 3500 < grant.expires_at - time.time() < 3700 and time.time() - grant.obtained_at < 60
        assert not any(secret in repr(grant) for secret in SECRETS)

        pages.say = said(token(access_token="Zq7-second"))
        again = await flow_for(grant.registration, card).refresh(Grant.from_text(grant.to_text()), net)
        key, form = pages.forms[-1]
        assert form["grant_type"] == "refresh_token" and form["refresh_token"] == "Zq7-refresh"
        assert again.access_token == "Zq7-second" and again.obtained_at == grant.obtained_at
        third = await flow_for(grant.registration, card).refresh(again, net)
        assert pages.forms[-1][1]["refresh_token"] == "Zq7-refresh" and third.username == "alice@example.com"


@each
async def test_a_refresh_token_that_changes_is_the_one_that_counts(tmp_path: Path, issuer: str) -> None:
    card = knowledge.issuers()[issuer]
    async with small_issuer(tmp_path, said(token(refresh_token="Zq7-refresh"))) as (net, pages):
        grant = await redeemed(await begun(issuer, net), net, pages)
        pages.say = said(token(refresh_token="Zq7-rotated"))
        grant = await flow_for(grant.registration, card).refresh(grant, net)
        await flow_for(grant.registration, card).refresh(grant, net)
        assert pages.forms[-1][1]["refresh_token"] == "Zq7-rotated"


REFUSALS = [
    (400, {"error": "invalid_grant", "error_description": "Zq7-code is no code"}, "oauth.invalid_grant"),
    (401, {"error": "invalid_client", "error_description": "The OAuth client was not found."}, "oauth.invalid_client"),
    (400, {"error": "Strange Error!", "error_description": "x"}, "oauth.error"),
    (502, b"<html>Bad gateway</html>", "http.502"),
    (403, b"", "http.403"),
    (200, b"<html>Sign in to the hotel</html>", "oauth.garbled"),
    (200, b"", "oauth.garbled"),
    (200, {"token_type": "Bearer"}, "oauth.garbled"),
    (200, b"[" * 100000, "oauth.garbled"),
    (200, {"error": "access_denied"}, "oauth.access_denied"),
    (200, token(refresh_token="r", scope="openid"), "oauth.scope-missing"),
    (200, token(), "oauth.no-refresh-token"),
    (302, b"", "http.302"),
    (200, token(refresh_token="r", access_token="two\nlines"), "oauth.garbled"),
    (200, token(refresh_token="r", access_token="x" * 20000), "oauth.garbled"),
    (200, token(refresh_token="r", access_token=7), "oauth.garbled"),
    (200, token(refresh_token=["r"]), "oauth.no-refresh-token"),
]


@each
@pytest.mark.parametrize(("status", "told", "code"), REFUSALS, ids=lambda value: str(value)[:30])
async def test_an_answer_that_is_no_grant_is_refused_with_its_code(
    tmp_path: Path, issuer: str, status: int, told: Any, code: str
) -> None:
    async with small_issuer(tmp_path, said(token())) as (net, pages):
        authorization = await begun(issuer, net)
        pages.say = said(told, status)
        with pytest.raises(Failure) as refused:
            await redeemed(authorization, net, pages)
    assert refused.value.code == code
    told_all = f"{refused.value} {refused.value.facts} {refused.value.__cause__} {refused.value.__context__}"
    assert not any(secret in told_all for secret in (*SECRETS, authorization.verifier))


@each
async def test_nobody_is_followed_elsewhere_with_a_code(tmp_path: Path, issuer: str) -> None:
    async def elsewhere(writer: Any) -> None:
        writer.write(redirect("https://id.example/token", 307))
        await writer.drain()
        writer.close()

    def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
        return 200, elsewhere

    async with small_issuer(tmp_path, said(token())) as (net, pages):
        authorization = await begun(issuer, net)
        before = pages.say
        say.nonce = ""  # type: ignore[attr-defined]
        pages.say = lambda key, form: before(key, form) if key.endswith("configuration") else say(key, form)
        with pytest.raises(Failure) as refused:
            await redeemed_at(authorization, net)
        assert refused.value.code == "http.307"
        assert not any(key.startswith("id.example") for key, _ in pages.forms)


async def redeemed_at(authorization: Authorization, net: Website) -> Grant:
    card = knowledge.issuers()[authorization.registration.issuer]
    flow = flow_for(authorization.registration, card)
    grant: Grant = await flow.redeem(authorization, CallbackAnswer("Zq7-code", authorization.state), net)
    return grant


@each
async def test_a_network_that_fails_says_so_in_its_own_code(tmp_path: Path, issuer: str) -> None:
    async with small_issuer(tmp_path, said(token())) as (net, _):
        authorization = await begun(issuer, net)
        net.zone = {urlsplit(knowledge.issuers()[issuer].token).hostname or "": ()}
        with pytest.raises(Failure) as refused:
            await redeemed_at(authorization, net)
    assert refused.value.code == "dns.nxdomain"


async def test_google_tells_when_a_sign_in_of_a_project_in_testing_ends(tmp_path: Path) -> None:
    told = token(refresh_token="Zq7-refresh", refresh_token_expires_in=604799)
    async with small_issuer(tmp_path, said(told)) as (net, pages):
        grant = await redeemed(await begun("google", net), net, pages)
    assert 604700 < grant.refresh_ends_at - time.time() < 604800


@pytest.mark.parametrize("issuer", ["google"])
async def test_logging_out_withdraws_the_lasting_token(tmp_path: Path, issuer: str) -> None:
    card = knowledge.issuers()[issuer]
    async with small_issuer(tmp_path, said({})) as (net, pages):
        grant = Grant(CLIENTS[issuer], "alice@example.com", card.scope(BOTH), "Zq7-refresh", "Zq7-access")
        assert await flow_for(grant.registration, card).revoke(grant, net)
        key, form = pages.forms[-1]
        assert f"https://{key}" == card.revoke and form == {"token": "Zq7-refresh"}
        pages.say = said({"error": "invalid_token", "error_description": "Token expired or revoked"}, 400)
        assert await flow_for(grant.registration, card).revoke(grant, net)
        pages.say = said(b"", 503)
        with pytest.raises(Failure, match=r"http\.503"):
            await flow_for(grant.registration, card).revoke(grant, net)


async def test_an_issuer_that_wants_the_secret_in_a_header_gets_it_there(tmp_path: Path) -> None:
    seen: list[str] = []

    async def insisting(writer: Any) -> None:
        writer.write(
            b"HTTP/1.1 401 X\r\nWWW-Authenticate: Basic realm=x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )
        await writer.drain()
        writer.close()

    async with small_issuer(tmp_path, said(token(refresh_token="Zq7-refresh"))) as (net, pages):
        authorization = await begun("yandex", net)
        grants = pages.say

        def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
            head = net.heard[-1].head.decode()
            seen.append(head)
            return (200, insisting) if "Authorization: Basic" not in head else grants(key, form)

        pages.say = say
        grant = await redeemed_at(authorization, net)
    assert grant.refresh_token == "Zq7-refresh" and len(seen) == 2
    assert "client_secret" not in pages.forms[-1][1]
