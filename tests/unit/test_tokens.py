"""A token is renewed once for everybody, and what was renewed is kept before it is used; a sign-in ends everywhere."""

# ruff: noqa: ASYNC240

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.small_issuer import small_issuer, token
from tests.unit.test_storage_saving import ACCOUNT, SERVER, ask

from mailwizard.faces.session import Session
from mailwizard.model import AuthKind, Credential, Failure
from mailwizard.signin.oauth import clients
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration
from mailwizard.signin.oauth.tokens import Unkept, fresh, fresh_grant, logout, renewed
from mailwizard.storage import profiles, secrets
from mailwizard.storage.saving import save_account
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.sealing import Argon

YANDEX = Registration("yandex", "ya-id", "Zq7-client")
GOOGLE = Registration("google", "1-abcdefgh.apps.googleusercontent.com", "Zq7-client")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let keys be derived with the least that a vault may ask for."""
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))
    yield


def grant(left: float, client: Registration = YANDEX, **more: Any) -> Grant:
    now = time.time()
    return Grant(
        client, "alice@example.com", (), "Zq7-refresh", "Zq7-old", now + left, **{"obtained_at": now - 60, **more}
    )


def rotating() -> Any:
    """Return an issuer that gives out a new refresh token each time, and takes each once."""
    good = ["Zq7-refresh"]

    def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
        if form.get("refresh_token") != good[-1]:
            return 400, {"error": "invalid_grant", "error_description": "used before"}
        good.append(f"Zq7-refresh-{len(good)}")
        return 200, token(access_token=f"Zq7-token-{len(good) - 1}", refresh_token=good[-1])

    return say


async def test_a_token_that_lasts_is_used_as_it_is(tmp_path: Path) -> None:
    reference = await secrets.put("vault", "work", grant(600).to_text(), ask)
    async with small_issuer(tmp_path, rotating()) as (net, pages):
        credential = await fresh(reference, net, ask)
        assert credential == Credential("alice@example.com", "Zq7-old", AuthKind.OAUTH2)
        assert not pages.forms and "Zq7" not in repr(credential)


async def test_a_token_about_to_end_is_renewed_and_kept(tmp_path: Path) -> None:
    reference = await secrets.put("vault", "work", grant(200).to_text(), ask)
    async with small_issuer(tmp_path, rotating()) as (net, pages):
        assert (await fresh(reference, net, ask)).secret == "Zq7-token-1"
        kept = Grant.from_text(await secrets.get(reference, ask))
        assert (kept.access_token, kept.refresh_token) == ("Zq7-token-1", "Zq7-refresh-1")
        assert (await fresh(reference, net, ask)).secret == "Zq7-token-1" and len(pages.forms) == 1
        assert (await fresh(reference, net, ask, left=7200)).secret == "Zq7-token-2"


async def test_many_at_once_renew_once(tmp_path: Path) -> None:
    reference = await secrets.put("vault", "work", grant(0).to_text(), ask)
    async with small_issuer(tmp_path, rotating()) as (net, pages):
        found = await asyncio.gather(*(fresh(reference, net, ask) for _ in range(12)))
        assert {credential.secret for credential in found} == {"Zq7-token-1"} and len(pages.forms) == 1


async def test_who_stops_waiting_does_not_lose_what_was_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await secrets.put("vault", "work", grant(0).to_text(), ask)
    put, writing, go = secrets.put_with, asyncio.Event(), asyncio.Event()

    async def slow(*what: Any) -> str:
        if pages.forms:
            writing.set()
            await go.wait()
        return await put(*what)

    async with small_issuer(tmp_path, rotating()) as (net, pages):
        monkeypatch.setattr(secrets, "put_with", slow)
        work = asyncio.ensure_future(fresh(reference, net, ask))
        await writing.wait()
        work.cancel()
        go.set()
        await asyncio.wait((work,))
        assert work.cancelled()
        assert Grant.from_text(await secrets.get(reference, ask)).refresh_token == "Zq7-refresh-1"


async def test_a_grant_of_a_persons_own_file_is_renewed_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_GRANT", grant(0).to_text())
    async with small_issuer(tmp_path, rotating()) as (net, _):
        assert (await fresh("env:MAIL_GRANT", net)).secret == "Zq7-token-1"


@pytest.mark.parametrize("secret", ["hunter2", "mailwizard-grant:1:{}", "mailwizard-grant:1:" + "[" * 5000])
async def test_a_secret_that_is_no_grant_is_refused_without_being_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("MAIL_GRANT", secret)
    async with small_issuer(tmp_path, rotating()) as (net, pages):
        with pytest.raises(Failure, match=r"oauth\.no-grant") as refused:
            await fresh("env:MAIL_GRANT", net)
        assert secret not in str(refused.value) and not pages.forms


async def test_a_grant_that_has_ended_tells_what_may_have_ended_it(tmp_path: Path) -> None:
    def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
        return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}

    week = time.time() - 8 * 86400
    old = grant(0, replace(GOOGLE, publishing="testing"), obtained_at=week)
    told = grant(0, GOOGLE, obtained_at=week, refresh_ends_at=week + 604799)
    lasting = grant(0, GOOGLE, obtained_at=week)
    async with small_issuer(tmp_path, say) as (net, _):
        for one, testing in ((old, True), (told, True), (lasting, False)):
            with pytest.raises(Failure) as ended:
                await renewed(one, net)
            assert ended.value.code == "oauth.invalid_grant" and ("age-days", "8") in ended.value.facts
            assert (("publishing", "testing") in ended.value.facts) is testing


async def test_a_secret_of_the_program_that_was_changed_is_taken_from_the_scopes(tmp_path: Path) -> None:
    def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
        good = form.get("client_secret") == "Zq7-new"
        return (200, token(refresh_token="r")) if good else (401, {"error": "invalid_client"})

    reference = await secrets.put("vault", "work", grant(0).to_text(), ask)
    async with small_issuer(tmp_path, say) as (net, _):
        with pytest.raises(Failure, match="invalid_client"):
            await fresh(reference, net, ask)
        await clients.save(replace(YANDEX, client_secret="Zq7-new"), "vault", passphrase=ask)
        found = await fresh_grant(reference, net, ask)
        assert found.registration.client_secret == "Zq7-new" and found.access_token == "Zq7-access"


async def test_logging_out_withdraws_forgets_and_leaves_the_account(tmp_path: Path) -> None:
    who = Credential("alice@example.com", grant(600, GOOGLE).to_text(), AuthKind.OAUTH2)
    account = await save_account(ACCOUNT, SERVER, who, store="vault", passphrase=ask)
    async with small_issuer(tmp_path, lambda key, form: (200, {})) as (net, pages):
        ended = await logout(account, net, ask)
        assert ended.revoked and pages.forms == [("oauth2.googleapis.com/revoke", {"token": "Zq7-refresh"})]
    assert profiles.load("work").account.secret == ""
    with pytest.raises(Failure, match=r"store\.missing"):
        await secrets.get(account.secret, ask)


@pytest.mark.parametrize("client", [GOOGLE, Registration("microsoft", "id"), YANDEX])
async def test_logging_out_forgets_also_where_nothing_can_be_withdrawn(tmp_path: Path, client: Registration) -> None:
    who = Credential("alice@example.com", grant(600, client).to_text(), AuthKind.OAUTH2)
    account = await save_account(ACCOUNT, SERVER, who, store="vault", passphrase=ask)
    async with small_issuer(tmp_path, lambda key, form: (503, b"")) as (net, _):
        ended = await logout(account, net, ask)
    assert not ended.revoked and ended.why.endswith(".") and "Zq7" not in ended.why
    assert profiles.load("work").account.secret == ""


async def test_an_account_without_a_sign_in_has_nothing_to_end(tmp_path: Path) -> None:
    plain = await save_account(ACCOUNT, SERVER, Credential("a", "hunter2"), store="vault", passphrase=ask)
    async with small_issuer(tmp_path, lambda key, form: (200, {})) as (net, _):
        for account in (plain, replace(plain, secret="")):
            with pytest.raises(Failure, match=r"oauth\.no-grant"):
                await logout(account, net, ask)
    assert await secrets.get(plain.secret, ask) == "hunter2"


async def test_only_the_store_holds_anything_secret(tmp_path: Path, home: Path) -> None:
    who = Credential("alice@example.com", grant(0).to_text(), AuthKind.OAUTH2)
    account = await save_account(ACCOUNT, SERVER, who, store="vault", passphrase=ask)
    await clients.save(YANDEX, "vault", passphrase=ask)
    async with small_issuer(tmp_path, rotating()) as (net, _):
        await fresh(account.secret, net, ask)
    files = [path for path in home.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        assert b"Zq7" not in path.read_bytes() and b"mailwizard-grant" not in path.read_bytes()
        assert json.dumps("Zq7") not in path.name


@pytest.fixture
def disk() -> Iterator[Callable[[int], None]]:
    """Return what lets no file grow beyond some bytes, as a full disk or a quota does; -1 lets all grow again."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda most: resource.setrlimit(resource.RLIMIT_FSIZE, (before[0] if most < 0 else most, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_store_that_takes_nothing_is_found_out_before_the_saved_sign_in_is_used_up(
    tmp_path: Path, disk: Callable[[int], None]
) -> None:
    reference = await secrets.put("vault", "work", grant(0).to_text(), ask)
    async with small_issuer(tmp_path, rotating()) as (net, pages):
        disk(200)
        with pytest.raises(Failure, match=r"store\.full"):
            await fresh(reference, net, ask)
        disk(-1)
        assert not pages.forms, "the issuer was not asked"
        assert (await fresh(reference, net, ask)).secret == "Zq7-token-1"


async def test_a_disk_that_fills_up_while_the_issuer_answers_costs_a_sentence(
    tmp_path: Path, disk: Callable[[int], None]
) -> None:
    reference = await secrets.put("vault", "work", grant(0).to_text(), ask)
    answer = rotating()

    def say(key: str, form: dict[str, str]) -> tuple[int, Any]:
        disk(200)
        return answer(key, form)  # type: ignore[no-any-return]

    async with small_issuer(tmp_path, say) as (net, _):
        session = Session(net, grant=grant(0), kept_at=reference, passphrase="passphrase")
        credential = await session.fresh()
        disk(-1)
        assert credential and credential.secret == "Zq7-token-1", "it serves this run"
        assert "used up" in session.notice and "no" in session.notice and "Zq7" not in session.notice
        assert (await session.fresh()) == credential


@pytest.mark.parametrize(("issuer", "told"), [(rotating, "used up"), (lambda: lasting, "renews the saved one again")])
async def test_what_is_renewed_and_not_taken_serves_this_run_and_what_is_lost_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, issuer: Any, told: str
) -> None:
    reference = await secrets.put("vault", "work", grant(0).to_text(), ask)
    put, sizes = secrets.put_with, list[int]()

    async def once(store: str, name: str, secret: str, key: str) -> str:
        sizes.append(len(secret))
        if len(sizes) > 1:
            raise Failure("store.full", "There is no room left.")
        return await put(store, name, secret, key)

    monkeypatch.setattr(secrets, "put_with", once)
    async with small_issuer(tmp_path, issuer()) as (net, _):
        with pytest.raises(Unkept) as unkept:
            await fresh_grant(reference, net, ask)
    assert sizes[0] >= sizes[1], "room was held for what is longer"
    assert unkept.value.code == "store.full" and told in unkept.value.detail and "Zq7" not in repr(unkept.value)
    assert unkept.value.grant.access_token.startswith("Zq7-")
    assert Grant.from_text(await secrets.get(reference, ask)).refresh_token == "Zq7-refresh", "the place was held"


def lasting(key: str, form: dict[str, str]) -> tuple[int, Any]:
    """Answer as an issuer whose refresh tokens stay."""
    return 200, token()


async def test_a_grant_too_long_for_any_store_is_refused_where_it_is_kept(tmp_path: Path) -> None:
    huge = replace(grant(0), cache="x" * 70_000)
    with pytest.raises(Failure, match=r"store\.too-large.*cannot be kept"):
        await secrets.put("vault", "work", huge.to_text(), ask)
    with pytest.raises(ValueError, match="far too long"):
        Grant.from_text("mailwizard-grant:1:" + "x" * 300_000)


async def test_a_wizard_that_saved_a_sign_in_renews_the_saved_one(tmp_path: Path) -> None:
    old = grant(0)
    who = Credential("alice@example.com", old.to_text(), AuthKind.OAUTH2)
    account = await save_account(ACCOUNT, SERVER, who, store="vault", passphrase=ask)
    async with small_issuer(tmp_path, rotating()) as (net, _):
        session = Session(net, credential=who, grant=old, kept_at=account.secret, passphrase="passphrase")
        assert "passphrase=" not in repr(session)
        credential = await session.fresh()
    assert credential is not None and credential.secret == "Zq7-token-1"
    assert session.grant is not None and "Zq7" not in repr(session.grant)
    kept = Grant.from_text(await secrets.get(account.secret, ask))
    assert kept == session.grant and kept.refresh_token == "Zq7-refresh-1"
