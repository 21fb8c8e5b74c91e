"""Flows with a code typed elsewhere, and those without a person: what is signed, sent, waited for and refused."""

from __future__ import annotations

import asyncio
import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.unit.peers import issue
from tests.unit.small_issuer import entra, small_issuer, token
from tests.unit.test_flows import ALICE, BOTH, CLIENTS, _id_token

from mailwizard.model import Failure, Protocol
from mailwizard.signin.flows import client_credentials, microsoft, service_account, standard
from mailwizard.signin.oauth import polling
from mailwizard.signin.oauth.issuers import card_of
from mailwizard.signin.oauth.registering import read_certificate, read_google
from mailwizard.signin.oauth.registration import Registration, RegistrationKind


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait long between two looks."""
    sleep = asyncio.sleep
    monkeypatch.setattr(polling, "wait", lambda seconds: sleep(min(seconds, 0.1)))


TENANT = "00000000-0000-0000-0000-00000000000a"
CODE = {"device_code": "Zq7-device", "user_code": "ABCD1234", "verification_uri": "https://microsoft.com/devicelogin",
        "expires_in": 900, "interval": 0, "message": "Open it."}  # fmt: skip


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem() -> str:
    return private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def key_file(**more: Any) -> str:
    return json.dumps(
        {"type": "service_account", "client_id": "123456789012345678901", "private_key": pem(), "private_key_id": "kid",
         "client_email": "robot@project.iam.gserviceaccount.com", "token_uri": "https://oauth2.googleapis.com/token",
         **more}
    )  # fmt: skip


async def test_a_service_account_signs_for_one_user_and_the_mail_scope(tmp_path: Path) -> None:
    robot = read_google(key_file())
    async with small_issuer(tmp_path, lambda key, form: (200, token())) as (net, pages):
        grant = await service_account.obtain(robot, ALICE, BOTH, net)
        key, form = pages.forms[-1]
        assert key == "oauth2.googleapis.com/token"
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        public = private_key().public_key()
        told = jwt.decode(form["assertion"], public, ["RS256"], audience="https://oauth2.googleapis.com/token")
        assert told["sub"] == "alice@example.com" and told["scope"] == "https://mail.google.com/"
        assert told["iss"] == "robot@project.iam.gserviceaccount.com" and told["exp"] - told["iat"] <= 3600
        assert (grant.username, grant.access_token, grant.refresh_token) == ("alice@example.com", "Zq7-access", "")
        assert "PRIVATE" not in repr(grant) and form["assertion"] not in repr(grant)
        again = await service_account.refresh(grant, net)
        assert again.access_token == "Zq7-access" and pages.forms[-1][1]["assertion"] != ""


async def test_a_domain_that_has_not_delegated_is_told_in_googles_code(tmp_path: Path) -> None:
    told = {"error": "unauthorized_client", "error_description": "Client is unauthorized to retrieve access tokens"}
    async with small_issuer(tmp_path, lambda key, form: (401, told)) as (net, _):
        with pytest.raises(Failure, match="unauthorized to retrieve") as refused:
            await service_account.obtain(read_google(key_file()), ALICE, BOTH, net)
    assert refused.value.code == "oauth.unauthorized_client"


def microsofts(told: Any, status: int = 200) -> Any:
    def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
        return (200, entra(key, key.split("/")[1])) if key.endswith("openid-configuration") else (status, told)

    return say


async def test_a_program_with_a_secret_signs_in_at_its_own_directory(tmp_path: Path) -> None:
    program = Registration("microsoft", "id", "Zq7-secret", TENANT, RegistrationKind.APP_ONLY)
    async with small_issuer(tmp_path, microsofts(token())) as (net, pages):
        grant = await client_credentials.obtain(program, ALICE, (*BOTH, Protocol.POP3), net)
        key, form = pages.forms[-1]
        assert key == f"login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
        assert form["grant_type"] == "client_credentials" and form["client_secret"] == "Zq7-secret"
        assert form["scope"] == "https://outlook.office365.com/.default"
        assert grant.username == "alice@example.com" and "Zq7" not in repr(grant)
        again = await client_credentials.refresh(grant, net)
        assert again.renewed_at >= grant.renewed_at


async def test_a_program_with_a_certificate_signs_an_assertion(tmp_path: Path) -> None:
    issued = issue(("mailwizard",), key=rsa.generate_private_key(65537, 2048))
    certificate = issued.certificate.public_bytes(Encoding.PEM).decode()
    own = issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    text, ends = read_certificate(certificate + own)
    program = Registration("microsoft", "id", "", TENANT, RegistrationKind.APP_ONLY, text, ends=ends)
    async with small_issuer(tmp_path, microsofts(token())) as (net, pages):
        await client_credentials.obtain(program, ALICE, BOTH, net)
    form = pages.forms[-1][1]
    assert "client_secret" not in form and "assertion-type:jwt-bearer" in form["client_assertion_type"]
    public: Any = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    audience = f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
    told = jwt.decode(form["client_assertion"], public, ["PS256", "RS256"], audience=audience)
    assert told["iss"] == told["sub"] == "id"
    head = jwt.get_unverified_header(form["client_assertion"])
    thumb = jwt.utils.base64url_encode(issued.certificate.fingerprint(hashes.SHA256())).decode()
    assert head["x5t#S256"].rstrip("=") == thumb


@pytest.mark.parametrize("tenant", ["", "common", "organizations", "consumers"])
async def test_a_program_alone_needs_a_directory(tmp_path: Path, tenant: str) -> None:
    program = Registration("microsoft", "id", "s", tenant, RegistrationKind.APP_ONLY)
    async with small_issuer(tmp_path, microsofts(token())) as (net, pages):
        with pytest.raises(Failure, match=r"oauth\.no-tenant"):
            await client_credentials.obtain(program, ALICE, BOTH, net)
        assert not pages.forms


DEVICES = {"microsoft": microsoft, "id.example": standard}
CARD = {
    "issuer": "https://id.example", "authorization_endpoint": "https://id.example/authorize",
    "token_endpoint": "https://id.example/token", "device_authorization_endpoint": "https://id.example/devicecode",
}  # fmt: skip


def typing(answers: list[tuple[int, Any]], code: dict[str, Any] | None = None) -> Any:
    """Return an issuer whose person takes some looks to type the code."""

    def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
        if "/.well-known/" in key:
            return (200, entra(key)) if "microsoft" in key else (200, CARD)
        if key.endswith("devicecode"):
            return 200, {**CODE, **(code or {})}
        return answers.pop(0) if len(answers) > 1 else answers[0]

    return say


async def device(flow: str, net: Any) -> Any:
    client = CLIENTS["microsoft"] if flow == "microsoft" else Registration("https://id.example", "id")
    card = await card_of(client.issuer, net, scopes=("mail",))
    return await DEVICES[flow].ask_device(client, card, ALICE, BOTH, net)


PENDING = (400, {"error": "authorization_pending", "error_description": "AADSTS70016: Pending."})


@pytest.mark.parametrize("flow", DEVICES)
async def test_a_code_is_waited_for_until_it_was_typed(tmp_path: Path, flow: str) -> None:
    done = token(refresh_token="Zq7-refresh", id_token=_id_token(""), client_info="eyJ1aWQiOiJ1IiwidXRpZCI6InQifQ")
    async with small_issuer(tmp_path, typing([PENDING, PENDING, (200, done)])) as (net, pages):
        code = await device(flow, net)
        assert (code.user_code, code.url) == ("ABCD1234", "https://microsoft.com/devicelogin")
        assert 890 < code.expires_at - time.time() <= 900 and "Zq7" not in repr(code)
        ticks: list[float] = []
        grant = await DEVICES[flow].await_device(code, net, ticks.append)
    assert len(ticks) == 3 and ticks == sorted(ticks, reverse=True)
    assert grant.access_token == "Zq7-access" and grant.username == "alice@example.com"
    assert pages.forms[-1][1]["device_code"] == "Zq7-device"
    assert pages.forms[-1][1]["grant_type"] == "urn:ietf:params:oauth:grant-type:device_code"


@pytest.mark.parametrize("flow", DEVICES)
@pytest.mark.parametrize("error", ["access_denied", "authorization_declined", "expired_token", "bad_verification_code"])
async def test_a_code_that_was_refused_ends_the_wait(tmp_path: Path, flow: str, error: str) -> None:
    async with small_issuer(tmp_path, typing([PENDING, (400, {"error": error})])) as (net, _):
        with pytest.raises(Failure) as refused:
            await DEVICES[flow].await_device(await device(flow, net), net)
    assert refused.value.code == f"oauth.{error}"


@pytest.mark.parametrize("flow", DEVICES)
async def test_a_code_that_nobody_types_ends_with_its_time(tmp_path: Path, flow: str) -> None:
    async with small_issuer(tmp_path, typing([PENDING], {"expires_in": 1, "interval": 0.1})) as (net, _):
        with pytest.raises(Failure, match=r"oauth\.expired_token"):
            await DEVICES[flow].await_device(await device(flow, net), net)


@pytest.mark.parametrize("flow", DEVICES)
async def test_an_issuer_that_asks_for_patience_gets_it(
    tmp_path: Path, flow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def noted(seconds: float) -> None:
        waits.append(seconds)

    done = (400, {"error": "access_denied"})
    slow = (400, {"error": "slow_down"})
    async with small_issuer(tmp_path, typing([slow, slow, PENDING, done])) as (net, _):
        code = await device(flow, net)
        monkeypatch.setattr(polling, "wait", noted)
        with pytest.raises(Failure, match="access_denied"):
            await DEVICES[flow].await_device(code, net)
    assert waits == [5.0, 10.0, 15.0, 15.0]


@pytest.mark.parametrize("flow", DEVICES)
async def test_an_issuer_that_refuses_a_code_says_why(tmp_path: Path, flow: str) -> None:
    def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
        if "/.well-known/" in key:
            return (200, entra(key)) if "microsoft" in key else (200, CARD)
        return 400, {"error": "unauthorized_client", "error_description": "AADSTS700016: x"}

    async with small_issuer(tmp_path, say) as (net, _):
        with pytest.raises(Failure) as refused:
            await device(flow, net)
    assert refused.value.code == "oauth.unauthorized_client"
    assert ("aadsts", "AADSTS700016") in refused.value.facts


async def test_an_issuer_that_a_person_names_is_asked_what_it_is(tmp_path: Path) -> None:
    async with small_issuer(tmp_path, typing([(200, token())])) as (net, pages):
        card = await card_of("https://id.example", net, scopes=("mail",))
        assert (card.token, card.device, card.flow) == ("https://id.example/token", CARD[
            "device_authorization_endpoint"], "standard")  # fmt: skip
        assert card.scope(BOTH) == ("mail",)
        assert pages.forms[0][0] == "id.example/.well-known/oauth-authorization-server"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({**CARD, "issuer": "https://elsewhere.example"}, "oauth.issuer-mismatch"),
        ({**CARD, "token_endpoint": "http://id.example/token"}, "oauth.garbled"),
        ({**CARD, "token_endpoint": ""}, "oauth.garbled"),
        (b"<html>", "oauth.garbled"),
        ([], "oauth.garbled"),
    ],
)
async def test_an_issuer_that_is_another_one_or_unsafe_is_none(tmp_path: Path, told: Any, code: str) -> None:
    async with small_issuer(tmp_path, lambda key, form: (200, told)) as (net, _):
        with pytest.raises(Failure) as refused:
            await card_of("https://id.example", net)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "issuer",
    [
        *("gogle", "http://id.example", "https://", "id.example", "https://[", "https://id.example:port"),
        *("https://id.example?x=1", "https://id.example#x", "https://a@id.example", "https://id.example/a b"),
    ],
)
async def test_an_issuer_that_nobody_knows_is_not_asked(tmp_path: Path, issuer: str) -> None:
    async with small_issuer(tmp_path, typing([(200, token())])) as (net, _):
        with pytest.raises(Failure, match=r"oauth\.issuer-unknown"):
            await card_of(issuer, net)
        assert not net.questions


@pytest.mark.parametrize("flow", DEVICES)
@pytest.mark.parametrize(
    "odd",
    [{"verification_uri": "javascript:alert(1)"}, {"verification_uri": "http://microsoft.com/devicelogin"},
     {"verification_uri": "https://x\x1b[2J"}, {"verification_uri": None}, {"user_code": ""}, {"device_code": ""},
     {"device_code": None}],
)  # fmt: skip
async def test_a_code_without_a_safe_page_is_none(tmp_path: Path, flow: str, odd: dict[str, Any]) -> None:
    async with small_issuer(tmp_path, typing([PENDING], odd)) as (net, _):
        with pytest.raises(Failure, match=r"oauth\.garbled"):
            code = await device(flow, net)
            await DEVICES[flow].await_device(code, net)


@pytest.mark.parametrize("flow", DEVICES)
@pytest.mark.parametrize("odd", [{"interval": "often"}, {"interval": -3}, {"expires_in": 10**400}])
async def test_odd_times_of_a_code_are_the_usual_ones(tmp_path: Path, flow: str, odd: dict[str, Any]) -> None:
    async with small_issuer(tmp_path, typing([PENDING], odd)) as (net, _):
        try:
            code = await device(flow, net)
        except Failure as failure:
            assert failure.code == "oauth.garbled", "a library may refuse it"
        else:
            assert code.interval == 5 and 800 < code.expires_at - time.time() <= 900
