"""The libraries of Google and Microsoft themselves, against the issuers of the practice world."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.unit.signing import GOOGLE_TOKEN, MAIL, OUTLOOK, REDIRECT, Program, asking, told_by
from tests.unit.test_sandbox_tokens import answer, imap

from mailwizard.net.real.sessions import LentAdapter, LentSession, lend
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.signing_keys import app_certificate, service_account

BEN = "ben@workshop.example"
LOGIN = "login.microsoftonline.com"
SCOPES = [f"{OUTLOOK}IMAP.AccessAsUser.All", f"{OUTLOOK}SMTP.Send"]
APP = ["https://outlook.office365.com/.default"]

QUERY = pytest.mark.filterwarnings("ignore:response_mode='form_post':UserWarning")
"""What is pasted back is a query, whatever msal would like better."""


@asynccontextmanager
async def lent(world: World, *hosts: str) -> AsyncIterator[LentSession]:
    session = lend(world.net, hosts)
    try:
        yield session
    finally:
        adapter = session.get_adapter("https://x")
        assert isinstance(adapter, LentAdapter)
        await adapter.abandon()


async def in_thread(work: Callable[[], Any]) -> dict[str, Any]:
    """Return what a library returns."""
    found = await asyncio.to_thread(work)
    return dict(found) if isinstance(found, dict) else found


async def enters(world: World, host: str, token: str, user: str = "") -> bool:
    """Return whether an IMAP server takes a token."""
    heard = await imap(world, host, "XOAUTH2", answer("XOAUTH2", user or world.address, token))
    return heard[-1].startswith("a OK ")


async def test_googles_flow_comes_to_a_mailbox_and_refreshes() -> None:
    from google.auth.transport.requests import Request
    from google_auth_oauthlib.flow import Flow

    async with open_world("google-browser") as world, lent(world, "oauth2.googleapis.com") as session:
        client = world.registrations["google"]
        config = {
            "installed": {
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                "auth_uri": "https://accounts.google.com/o/oauth2/v2/auth",
                "token_uri": GOOGLE_TOKEN,
            }
        }
        flow = Flow.from_client_config(config, [MAIL], redirect_uri=REDIRECT)
        flow.oauth2session.mount("https://", session.get_adapter("https://x"))
        address, state = flow.authorization_url(prompt="consent", login_hint=world.address)
        told = told_by(await world.browse(address))
        assert told["state"] == state
        await asyncio.to_thread(flow.fetch_token, code=told["code"])
        first = str(flow.credentials.token)
        assert await enters(world, "imap.gmail.com", first)
        world.clock.advance(3700)
        assert not await enters(world, "imap.gmail.com", first)
        credentials = flow.credentials
        await asyncio.to_thread(credentials.refresh, Request(session))
        assert await enters(world, "imap.gmail.com", str(credentials.token))


async def service_token(session: LentSession, key: str, user: str, scope: str = MAIL) -> str:
    from google.auth.transport.requests import Request
    from google.oauth2 import service_account as accounts

    kind: Any = accounts.Credentials
    credentials = kind.from_service_account_info(json.loads(key), scopes=[scope]).with_subject(user)
    await asyncio.to_thread(credentials.refresh, Request(session))
    return str(credentials.token)


async def test_a_service_account_speaks_for_the_users_of_its_domain() -> None:
    async with open_world("google-browser") as world, lent(world, "oauth2.googleapis.com") as session:
        key = service_account(world).key
        token = await service_token(session, key, BEN)
        assert await enters(world, "imap.gmail.com", token, BEN)
        assert not await enters(world, "imap.gmail.com", token)


SERVICE = [
    ("alice-practice@gmail.com", MAIL, "unauthorized_client: Client is unauthorized to retrieve access tokens"),
    ("nobody@workshop.example", MAIL, "invalid_grant: Invalid email or User ID"),
    (BEN, "https://www.googleapis.com/auth/gmail.send", "unauthorized_client"),
    (BEN, "https://mail.example/", "invalid_scope"),
]


@pytest.mark.parametrize(("user", "scope", "text"), SERVICE)
async def test_a_service_account_is_refused_for_others(user: str, scope: str, text: str) -> None:
    from google.auth.exceptions import RefreshError

    async with open_world("google-browser") as world, lent(world, "oauth2.googleapis.com") as session:
        key = service_account(world).key
        with pytest.raises(RefreshError, match=text):
            await service_token(session, key, user, scope)


async def test_a_key_that_was_taken_back_signs_nothing() -> None:
    from google.auth.exceptions import RefreshError

    async with open_world("google-browser") as world, lent(world, "oauth2.googleapis.com") as session:
        old = json.loads(service_account(world).key)
        new = json.loads(service_account(world).key)
        for told in (old, {**old, "private_key_id": new["private_key_id"]}):
            with pytest.raises(RefreshError, match="Invalid JWT Signature"):
                await service_token(session, json.dumps(told), BEN)
        assert await service_token(session, json.dumps(new), BEN)


def assertion(key: str, **other: Any) -> str:
    """Return an assertion of a service account, signed as PyJWT does."""
    import jwt

    info, now = json.loads(key), int(time.time())
    claims = {"iss": info["client_email"], "sub": BEN, "scope": MAIL, "aud": GOOGLE_TOKEN, "iat": now, "exp": now + 600}
    headers = {"kid": info["private_key_id"]}
    return jwt.encode({**claims, **other}, info["private_key"], algorithm="RS256", headers=headers)


ASSERTIONS: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"exp": int(time.time()) - 1}, "short-lived token"),
    ({"exp": int(time.time()) + 90000}, "short-lived token"),
    ({"iat": int(time.time()) + 4000, "exp": int(time.time()) + 4600}, "short-lived token"),
    ({"iat": None}, "short-lived token"),
    ({"aud": "https://accounts.google.com"}, "Failed audience check"),
    ({"iss": "other@practice-407408.iam.gserviceaccount.com"}, "account not found"),
]


@pytest.mark.parametrize(("wrong", "text"), ASSERTIONS, ids=[str(list(case[0])) for case in ASSERTIONS])
async def test_an_assertion_is_held_to_its_claims(wrong: dict[str, Any], text: str) -> None:
    async with open_world("google-browser") as world, asking(world) as program:
        told = await _speak(program, assertion(service_account(world).key, **wrong))
        assert text in told["error_description"] if text else "access_token" in told


@pytest.mark.parametrize("damage", ["claims", "signature", "parts", "none"])
async def test_an_assertion_that_was_tampered_with_is_refused(damage: str) -> None:
    import jwt

    async with open_world("google-browser") as world, asking(world) as program:
        key = service_account(world).key
        good, other = assertion(key).split("."), assertion(key, sub="nobody@workshop.example").split(".")
        unsigned = jwt.encode({}, "", algorithm="none", headers={"kid": json.loads(key)["private_key_id"]}).split(".")[
            0
        ]
        damaged = {
            "claims": [good[0], other[1], good[2]],
            "signature": [good[0], good[1], other[2]],
            "parts": good[:2],
            "none": [unsigned, good[1], ""],
        }
        told = await _speak(program, ".".join(damaged[damage]))
        assert told == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}


async def _speak(program: Program, signed: str) -> dict[str, Any]:
    kind = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    return await program.json(GOOGLE_TOKEN, {"grant_type": kind, "assertion": signed})


def public(world: World, session: LentSession, tenant: str = "common") -> Any:
    import msal

    client = world.registrations["microsoft"].client_id
    return msal.PublicClientApplication(client, authority=f"https://{LOGIN}/{tenant}", http_client=session)


@QUERY
async def test_msal_signs_in_with_a_code_of_a_browser_and_renews_silently() -> None:
    async with open_world("microsoft-device-code") as world, lent(world, LOGIN) as session:
        app = await asyncio.to_thread(public, world, session)
        flow = await in_thread(lambda: app.initiate_auth_code_flow(SCOPES, REDIRECT, login_hint=world.address))
        back = told_by(await world.browse(flow["auth_uri"]))
        told = await in_thread(lambda: app.acquire_token_by_auth_code_flow(flow, back))
        assert told["id_token_claims"]["preferred_username"] == world.address
        assert await enters(world, "outlook.office365.com", told["access_token"])
        world.clock.advance(3700)
        assert not await enters(world, "outlook.office365.com", told["access_token"])
        account = (await asyncio.to_thread(app.get_accounts))[0]
        renewed = await in_thread(
            lambda: app.acquire_token_silent_with_error(SCOPES, account=account, force_refresh=True)
        )
        assert await enters(world, "outlook.office365.com", renewed["access_token"])


async def test_msal_signs_in_with_a_device_code() -> None:
    async with open_world("microsoft-device-code") as world, lent(world, LOGIN) as session:
        world.identity.issuers["microsoft"].interval = 1
        app = await asyncio.to_thread(public, world, session, "contoso.example")
        flow = await in_thread(lambda: app.initiate_device_flow(SCOPES))
        await world.enter_device_code(flow["user_code"])
        told = await in_thread(lambda: app.acquire_token_by_device_flow(flow))
        assert await enters(world, "outlook.office365.com", told["access_token"])
        assert world.seen_secrets_in_clear == 0


@QUERY
async def test_msal_hears_why_the_administrator_is_needed() -> None:
    async with open_world("microsoft-consent-needed") as world, lent(world, LOGIN) as session:
        app = await asyncio.to_thread(public, world, session)
        flow = await in_thread(lambda: app.initiate_auth_code_flow(SCOPES, REDIRECT))
        back = told_by(await world.browse(flow["auth_uri"]))
        told = await in_thread(lambda: app.acquire_token_by_auth_code_flow(flow, back))
        assert told["error"] == "access_denied" and "AADSTS90094" in told["error_description"]


def _halves(pem: str) -> tuple[str, str]:
    """Return key and certificate of a PEM text."""
    key, mark, rest = pem.partition("-----BEGIN CERTIFICATE-----")
    return key, mark + rest


@pytest.mark.parametrize("proof", ["secret", "certificate", "thumbprint"])
async def test_msal_signs_a_program_in_by_itself(proof: str) -> None:
    import msal
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA1

    async with open_world("microsoft-device-code") as world, lent(world, LOGIN) as session:
        app = world.registrations["microsoft-app-only"]
        credential: Any = app.client_secret
        if proof != "secret":
            key, certificate = _halves(app_certificate(world).key)
            credential = {"private_key": key, "public_certificate": certificate}
        if proof == "thumbprint":
            known = x509.load_pem_x509_certificate(certificate.encode()).fingerprint(SHA1()).hex()
            credential = {"private_key": key, "thumbprint": known}
        told = await in_thread(
            lambda: msal.ConfidentialClientApplication(
                app.client_id, credential, authority=f"https://{LOGIN}/{app.tenant}", http_client=session
            ).acquire_token_for_client(APP)
        )
        assert await enters(world, "outlook.office365.com", told["access_token"])


async def test_microsoft_knows_only_the_certificates_that_are_registered() -> None:
    import msal

    async with open_world("microsoft-device-code") as world, lent(world, LOGIN) as session:
        app = app_certificate(world)
        world.identity.issuers["microsoft"].clients[app.client_id].keys.clear()
        stranger = _halves(app.key)
        own = _halves(app_certificate(world).key)
        tries = [(*stranger, "not registered"), (stranger[0], own[1], "invalid signature")]
        for private, certificate, text in tries:
            proof = {"private_key": private, "public_certificate": certificate}

            def ask(proof: dict[str, str] = proof) -> Any:
                authority = f"https://{LOGIN}/{app.tenant}"
                client = msal.ConfidentialClientApplication(
                    app.client_id, proof, authority=authority, http_client=session
                )
                return client.acquire_token_for_client(APP)

            told = await in_thread(ask)
            assert "AADSTS700027" in told["error_description"] and text in told["error_description"]


async def test_msal_is_told_that_a_directory_does_not_exist() -> None:
    async with open_world("microsoft-device-code") as world, lent(world, LOGIN) as session:
        with pytest.raises(ValueError, match="authority configuration"):
            await asyncio.to_thread(public, world, session, "nowhere.example")
