"""What somebody tries who wants a token, or wants to keep a person from having one."""

from __future__ import annotations

import asyncio
import json
import socket
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.stopwatch import Stopwatch
from tests.unit.small_issuer import entra, small_issuer, token
from tests.unit.test_flows import ALICE, BACK, BOTH, CLIENTS, begun, redeemed, said
from tests.unit.test_flows_alone import TENANT, key_file
from tests.unit.test_storage_saving import ACCOUNT, SERVER, ask
from tests.unit.test_tokens import GOOGLE, YANDEX, grant, rotating

from mailwizard import knowledge
from mailwizard.model import AuthKind, Credential, Failure
from mailwizard.net.real import RealNet
from mailwizard.net.real.listening import Visit, listening
from mailwizard.signin.oauth import clients, tokens
from mailwizard.signin.oauth.attempt import Attempt
from mailwizard.signin.oauth.authorization import CallbackAnswer, DeviceCode
from mailwizard.signin.oauth.flow import flow_for
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.handover import Asked, OneTimeKey, read_request, seal
from mailwizard.signin.oauth.registering import read_google
from mailwizard.signin.oauth.registration import RegistrationKind
from mailwizard.signin.oauth.tokens import fresh, logout
from mailwizard.storage import clients as saved_clients
from mailwizard.storage import secrets
from mailwizard.storage.clients import SavedClient
from mailwizard.storage.saving import save_account
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.sealing import Argon


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let keys be derived with the least that a vault may ask for."""
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))
    yield


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def echoing(key: str, form: dict[str, str]) -> tuple[int, Any]:
    """Refuse, and say again all that was sent."""
    if key.endswith("openid-configuration"):
        return 200, entra(key)
    return 400, {"error": "invalid_grant", "error_description": f"AADSTS70000: what is {json.dumps(form)}?"}


async def test_an_issuer_that_says_again_what_a_library_sent_shows_no_refresh_token(tmp_path: Path) -> None:
    lasting = said(token(refresh_token="Zq7-refresh", foci="1"))
    async with small_issuer(tmp_path, lasting) as (net, pages):
        kept = await redeemed(await begun("microsoft", net), net, pages)
    assert "Zq7-refresh" in kept.cache
    async with small_issuer(tmp_path, echoing) as (net, _):
        with pytest.raises(Failure, match=r"oauth\.invalid_grant") as refused:
            await flow_for(kept.registration, knowledge.issuers()["microsoft"]).refresh(kept, net)
    assert "(secret)" in refused.value.detail and "Zq7" not in f"{refused.value.detail}{refused.value.facts}"


async def test_an_issuer_that_says_an_assertion_again_shows_none(tmp_path: Path) -> None:
    client = read_google(key_file())
    async with small_issuer(tmp_path, echoing) as (net, pages):
        with pytest.raises(Failure, match=r"oauth\.") as refused:
            await flow_for(client, knowledge.issuers()["google"]).obtain(client, ALICE, BOTH, net)
        (sent,) = {form["assertion"] for _, form in pages.forms}
    assert sent not in refused.value.detail


@pytest.mark.parametrize("region", ["westus", "mallory.example/", ""])
async def test_a_region_named_by_the_surroundings_changes_nobody_who_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    monkeypatch.setenv("MSAL_FORCE_REGION", region)
    program = replace(CLIENTS["microsoft"], client_secret="Zq7-client", tenant=TENANT, kind=RegistrationKind.APP_ONLY)
    async with small_issuer(tmp_path, said(token())) as (net, pages):
        await flow_for(program, knowledge.issuers()["microsoft"]).obtain(program, ALICE, BOTH, net)
        assert {key.partition("/")[0] for key, _ in pages.forms} == {"login.microsoftonline.com"}


async def test_nobody_listens_any_more_once_an_answer_was_handed_over() -> None:
    attempt = Attempt(
        replace(CLIENTS["yandex"], port=free_port()),
        knowledge.issuers()["yandex"],
        ALICE,
        BOTH,
        RealNet(),
        lambda fact: None,
    )
    asked = await attempt.begin()
    waiting = asyncio.ensure_future(attempt.answer(lambda text: None, lambda failure: None))
    await asyncio.sleep(0.05)
    attempt.hand_over()
    assert attempt._key is not None
    lines = seal(read_request("\n".join(attempt.hand_over())), CallbackAnswer("Zq7-code", asked.state))
    attempt.paste("\n".join(lines))
    assert (await waiting).code == "Zq7-code"
    async with listening(attempt.registration.port):
        pass


@pytest.mark.parametrize(("late", "kept"), [(0.05, "Zq7-next"), (10.0, "Zq7-refresh")])
async def test_who_stops_waiting_loses_no_answer_that_is_on_its_way_and_waits_for_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: float, kept: str
) -> None:
    reference = await secrets.put("vault", "work", grant(0).to_text(), ask)
    asked = asyncio.Event()

    async def slow(before: Grant, *_: object) -> Grant:
        asked.set()
        await asyncio.sleep(late)
        return replace(before, refresh_token="Zq7-next")

    monkeypatch.setattr(tokens, "renewed", slow)
    async with small_issuer(tmp_path, rotating()) as (net, _):
        work = asyncio.ensure_future(fresh(reference, net, ask))
        await asyncio.wait_for(asked.wait(), 5)
        watch = Stopwatch()
        work.cancel()
        await asyncio.wait((work,))
        assert work.cancelled() and (kept == "Zq7-next" or watch.seconds < 0.3)
        assert Grant.from_text(await secrets.get(reference, ask)).refresh_token == kept


async def test_what_is_renewed_while_somebody_logs_out_is_not_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = Credential("alice@example.com", grant(0).to_text(), AuthKind.OAUTH2)
    account = await save_account(ACCOUNT, SERVER, who, store="vault", passphrase=ask)
    put, writing, go = secrets.put_with, asyncio.Event(), asyncio.Event()

    async def slow(*what: Any) -> str:
        writing.set()
        await go.wait()
        return await put(*what)

    async with small_issuer(tmp_path, rotating()) as (net, _):
        monkeypatch.setattr(secrets, "put_with", slow)
        renewing = asyncio.ensure_future(fresh(account.secret, net, ask))
        await writing.wait()
        ending = asyncio.ensure_future(logout(account, net, ask))
        await asyncio.wait((ending,), timeout=0.3)
        go.set()
        await asyncio.gather(renewing, ending)
        with pytest.raises(Failure, match=r"store\.missing"):
            await secrets.get(account.secret, ask)


@pytest.mark.parametrize("ahead", [7200, 10 * 365 * 86400])
async def test_a_token_of_a_clock_that_was_ahead_is_renewed(tmp_path: Path, ahead: float) -> None:
    then = time.time() + ahead
    wrong = replace(grant(0), expires_at=then + 3600, renewed_at=then, obtained_at=then)
    reference = await secrets.put("vault", "work", wrong.to_text(), ask)
    async with small_issuer(tmp_path, rotating()) as (net, pages):
        assert (await fresh(reference, net, ask)).secret == "Zq7-token-1" and len(pages.forms) == 1
        assert (await fresh(reference, net, ask)).secret == "Zq7-token-1" and len(pages.forms) == 1


async def test_removing_a_registration_leaves_a_secret_that_the_person_named(tmp_path: Path) -> None:
    named = await secrets.put("vault", "work", "hunter2-of-an-account", ask)
    saved_clients.save(SavedClient("yandex", YANDEX.client_id, client_secret=named))
    await clients.remove("yandex")
    assert await secrets.get(named, ask) == "hunter2-of-an-account"
    await clients.save(YANDEX, "vault", passphrase=ask)
    await clients.remove("yandex")
    with pytest.raises(Failure, match=r"store\.missing"):
        await secrets.get("vault:client yandex", ask)


@pytest.mark.parametrize("day", ["soon", "31.12.2027", "20271231", "2027-13-01"])
async def test_a_registration_whose_end_is_no_day_is_named(home: Path, day: str) -> None:
    saved_clients.save(SavedClient("yandex", YANDEX.client_id, ends=day))
    with pytest.raises(Failure, match=r"store\.damaged: .*ends is a day"):
        await clients.load("yandex")


@pytest.mark.parametrize("when", ["NaN", "Infinity", "-Infinity", "1e300", "-1", "1e12"])
@pytest.mark.parametrize("field", ["expires_at", "obtained_at", "renewed_at", "refresh_ends_at"])
def test_a_time_that_no_calendar_has_is_damage(field: str, when: str) -> None:
    text = Grant(GOOGLE, "alice@example.com").to_text().replace(f'"{field}":0.0', f'"{field}":{when}')
    with pytest.raises(ValueError, match="damaged"):
        Grant.from_text(text)


def test_an_answer_that_nests_without_end_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    key = OneTimeKey()
    asked = Asked("https://id.example/", BACK, "state", key.public)
    monkeypatch.setattr(json, "dumps", lambda told: "[" * 3900)
    lines = seal(asked, CallbackAnswer("code"))
    with pytest.raises(ValueError, match="belongs to another request"):
        key.open("\n".join(lines))


@pytest.mark.parametrize("text", ["A", "AAAAA", "-" * 41])
def test_lines_that_hold_no_base64_are_one_sentence(text: str) -> None:
    head = f"mw1a01/01:{text}"
    with pytest.raises(ValueError, match=r"no answer|belongs to another"):
        OneTimeKey().open(f"{head}:{zlib.crc32(head.encode()):08x}")


def test_nothing_that_is_worth_something_is_in_a_repr() -> None:
    worth = "Zq7-worth"
    code = DeviceCode(
        worth, "https://id.example", 1.0, 5.0, CLIENTS["yandex"], (), worth, f"https://id.example/{worth}"
    )
    visit = Visit("GET", "127.0.0.1:53171", f"/?code={worth}", None)  # type: ignore[arg-type]
    asked = Asked(f"https://id.example/?state={worth}", BACK, worth, b"")
    assert worth not in f"{code!r}{visit!r}{asked!r}"


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()], ids=["ec", "ed25519"]
)
def test_a_service_accounts_key_of_another_kind_is_named(key: ec.EllipticCurvePrivateKey) -> None:
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ValueError, match="RSA keys"):
        read_google(key_file(private_key=text))


@pytest.mark.parametrize("domain", ["mallory.example", ["googleapis.com"], {"a": 1}, 7])
def test_a_service_account_of_another_universe_is_named(domain: object) -> None:
    with pytest.raises(ValueError, match="cloud of its own"):
        read_google(key_file(universe_domain=domain))
    assert read_google(key_file(universe_domain="googleapis.com")).issuer == "google"
