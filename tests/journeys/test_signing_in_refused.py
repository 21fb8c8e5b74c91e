"""A sign-in in which anything is wrong brings no token, and is explained; nothing secret shows on the way."""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.journeys.issuers import ALL, begun, card_of, each, evidence, explained, signed_in, world_of
from tests.stopwatch import Stopwatch

from mailwizard.diagnosis import diagnose
from mailwizard.model import Address, Evidence, Failure, Outcome, Step
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.identity.browser import PageShown
from mailwizard.sandbox.signing_keys import service_account
from mailwizard.signin.oauth.answers import read_paste
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer
from mailwizard.signin.oauth.flow import flow_for
from mailwizard.signin.oauth.tokens import renewed


def _other(verifier: str) -> str:
    return verifier[:-4] + ("AAAA" if not verifier.endswith("AAAA") else "BBBB")


def _with_kept(asked: Authorization, **changes: str) -> Authorization:
    """Change what goes to the token endpoint, also in what msal keeps of it."""
    names = {"verifier": "code_verifier", "redirect": "redirect_uri"}
    kept = {**json.loads(asked.kept), **{names[key]: value for key, value in changes.items()}} if asked.kept else {}
    return replace(asked, **changes, kept=json.dumps(kept) if kept else "")  # type: ignore[arg-type]


WRONG: dict[str, Callable[[Authorization], Authorization]] = {
    "verifier": lambda asked: _with_kept(asked, verifier=_other(asked.verifier)),
    "redirect": lambda asked: _with_kept(asked, redirect="http://127.0.0.1:53172/elsewhere"),
    "client": lambda asked: replace(
        asked, registration=replace(asked.registration, client_id="0" + asked.registration.client_id[1:])
    ),
}


@each
@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_parameter_brings_no_token(name: str, what: str) -> None:
    async with world_of(name) as world:
        asked = await begun(world, name)
        answer = read_paste(await world.browse(asked.url), asked)
        flow = flow_for(asked.registration, card_of(name))
        with pytest.raises(Failure) as refused:
            await flow.redeem(WRONG[what](asked), answer, world.net)
        assert refused.value.code.startswith("oauth.") and refused.value.code != "oauth.garbled"
        assert answer.code not in str(refused.value) and asked.verifier not in str(refused.value)
        assert explained(refused.value, name)


@each
async def test_a_scope_that_nobody_knows_brings_no_code(name: str) -> None:
    async with world_of(name) as world:
        asked = await begun(world, name)
        odd = urlencode({"scope": "https://mail.example/everything"})
        url = "&".join(odd if part.startswith("scope=") else part for part in asked.url.split("&"))
        assert url != asked.url
        with pytest.raises((Failure, PageShown)) as refused:
            read_paste(await world.browse(url), asked)
        text = refused.value.text if isinstance(refused.value, PageShown) else str(refused.value)
        seen = Evidence(f"issuer:{name}", Step.AUTHORIZE, Outcome.FAIL, "oauth.error", detail=text)
        assert diagnose([seen])[0].cause == "oauth_scope_invalid"


@each
@pytest.mark.parametrize("what", ["late", "made up", "used"])
async def test_a_code_that_is_not_good_any_more_brings_no_token(name: str, what: str) -> None:
    async with world_of(name) as world:
        asked = await begun(world, name)
        answer = read_paste(await world.browse(asked.url), asked)
        flow = flow_for(asked.registration, card_of(name))
        if what == "late":
            world.clock.advance(3600)
        elif what == "made up":
            answer = CallbackAnswer("4/0Amade-up-code-of-nobody", asked.state)
        else:
            await flow.redeem(asked, answer, world.net)
        with pytest.raises(Failure) as refused:
            await flow.redeem(asked, answer, world.net)
        assert refused.value.code in {"oauth.invalid_grant", "oauth.invalid_request"}


async def test_a_tick_that_is_missing_on_googles_page_is_seen() -> None:
    async with world_of("google") as world:
        asked = await begun(world, "google")
        answer = read_paste(await world.browse(asked.url, without="https://mail.google.com/"), asked)
        with pytest.raises(Failure) as refused:
            await flow_for(asked.registration, card_of("google")).redeem(asked, answer, world.net)
        assert refused.value.code == "oauth.scope-missing"
        assert diagnose([evidence(refused.value, "google")])[0].cause == "oauth_scope_missing"


@pytest.mark.parametrize("wrong", ["signature", "key", "time"])
async def test_an_assertion_that_is_not_right_brings_no_token(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    async with world_of("google") as world:
        robot = service_account(world)
        told = json.loads(robot.key)
        if wrong == "signature":
            key = rsa.generate_private_key(65537, 2048)
            told["private_key"] = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        elif wrong == "key":
            told["private_key_id"] = "0" * 40
        else:
            _helpers: Any = importlib.import_module("google.auth._helpers")
            slow = _helpers.utcnow() - timedelta(hours=2)
            monkeypatch.setattr(_helpers, "utcnow", lambda: slow)
        robot = replace(robot, key=json.dumps(told))
        with pytest.raises(Failure) as refused:
            await flow_for(robot, card_of("google")).obtain(
                robot, Address.parse("ben@workshop.example"), ALL, world.net
            )
        assert refused.value.code == "oauth.invalid_grant"
        cause = diagnose([evidence(refused.value, "google")], provider="gmail")[0].cause
        assert cause == ("clock_skew" if wrong == "time" else "oauth_client_secret_invalid")


async def test_a_program_with_a_wrong_secret_or_certificate_gets_no_token() -> None:
    async with world_of("microsoft") as world:
        program = replace(world.registrations["microsoft-app-only"], client_secret="other")
        address = Address.parse(world.address)
        with pytest.raises(Failure, match="AADSTS7000215") as refused:
            await flow_for(program, card_of("microsoft")).obtain(program, address, ALL, world.net)
        (diagnosis, *_) = diagnose([evidence(refused.value, "microsoft")], provider="microsoft365")
        assert (diagnosis.cause, diagnosis.guide) == ("oauth_client_secret_invalid", "microsoft.new-secret")


async def test_what_an_administrator_has_to_allow_comes_with_the_page_for_it() -> None:
    async with open_world("microsoft-consent-needed") as world:
        asked = await begun(world, "microsoft")
        with pytest.raises((Failure, PageShown)) as refused:
            read_paste(await world.browse(asked.url), asked)
        text = refused.value.text if isinstance(refused.value, PageShown) else str(refused.value)
        seen = Evidence("issuer:microsoft", Step.AUTHORIZE, Outcome.FAIL, "oauth.access_denied", detail=text)
        (diagnosis, *_) = diagnose([seen], provider="microsoft365")
        assert (diagnosis.cause, diagnosis.guide) == ("consent_required", "microsoft365.consent")
        await world.switches[0].flip()
        assert (await signed_in(world, "microsoft")).access_token


async def test_a_sign_in_of_a_project_in_testing_ends_as_foreseen() -> None:
    async with open_world("google-testing-mode") as world:
        client = world.registrations["google-testing"]
        card = card_of("google")
        flow = flow_for(client, card)
        address = Address.parse(world.address)
        asked = await flow.begin(client, card, address, ALL, "http://127.0.0.1:53171", world.net)
        grant = await flow.redeem(asked, read_paste(await world.browse(asked.url), asked), world.net)
        await world.switches[0].flip()
        with pytest.raises(Failure) as ended:
            await renewed(grant, world.net)
        (diagnosis, *_) = diagnose([evidence(ended.value, "google")], provider="gmail")
        assert (diagnosis.cause, diagnosis.guide) == ("oauth_testing_mode_expiry", "google.leave-testing")


GOOGLES = {
    "access_denied": "oauth_access_denied", "admin_policy_enforced": "oauth_admin_blocked",
    "org_internal": "oauth_org_internal", "disallowed_useragent": "oauth_embedded_browser",
    "invalid_grant": "oauth_grant_revoked", "invalid_client": "oauth_client_unknown",
    "deleted_client": "oauth_client_disabled", "unauthorized_client": "service_account_not_delegated",
    "invalid_rapt": "oauth_grant_revoked", "internal_failure": "server_unavailable",
}  # fmt: skip
ALSO = {"AADSTS50126": ("wrong_password",), "AADSTS70043": ("conditional_access_blocked",)}


def errors(reference: Path) -> dict[str, tuple[str, ...]]:
    """Return the causes that people gave to each of the issuers' errors."""
    known: dict[str, tuple[str, ...]] = {name: (cause,) for name, cause in GOOGLES.items()}
    for line in (reference / "errors.jsonl").read_text().splitlines():
        row = json.loads(line)
        number = row["text"].partition("AADSTS")[2][:9]
        digits = "".join(character for character in number if character.isdecimal())
        if row["protocol"] == "oauth" and digits:
            causes = (row["cause"], *row["also_acceptable"])
            known[f"AADSTS{digits}"] = known.get(f"AADSTS{digits}", ()) + causes
    return known


async def _refused(world: World, name: str) -> Failure:
    try:
        await signed_in(world, name)
    except Failure as failure:
        return failure
    except PageShown as page:
        return Failure("oauth.page", page.text)
    raise AssertionError("signed in")


async def test_thirty_errors_of_the_issuers_are_each_explained_by_their_cause(reference: Path) -> None:
    told, wrong = 0, []
    for name, provider in (("google", "gmail"), ("microsoft", "microsoft365")):
        async with world_of(name) as world:
            for error, causes in errors(reference).items():
                try:
                    world.identity.fail_next(error)
                except KeyError:
                    continue
                failure = await _refused(world, name)
                found = diagnose([evidence(failure, name)], provider=provider)
                told += 1
                if found[0].cause not in (*causes, *ALSO.get(error, ())):
                    wrong.append((error, failure.code, failure.detail[:80], found[0].cause, causes))
    assert wrong == []
    assert told >= 30


@each
async def test_nothing_secret_stands_in_logs_or_failures(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with world_of(name) as world:
        grant = await signed_in(world, name)
        for known in list(logging.root.manager.loggerDict):
            logging.getLogger(known).setLevel(logging.DEBUG)
        asked = await begun(world, name)
        answer = read_paste(await world.browse(asked.url), asked)
        flow = flow_for(asked.registration, card_of(name))
        second = await flow.redeem(asked, answer, world.net)
        with pytest.raises(Failure) as refused:
            await flow.redeem(asked, answer, world.net)
        third = await renewed(grant, world.net)
        hidden = {answer.code, asked.verifier, asked.state, asked.registration.client_secret}
        hidden |= {one.access_token for one in (grant, second, third)} | {grant.refresh_token, second.refresh_token}
        hidden |= {secret for secret in world.identity.secrets if len(secret) > 20}
        logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
        failure: BaseException | None = refused.value
        while failure is not None:
            logged += f"{failure!r} {getattr(failure, 'facts', '')}"
            failure = failure.__cause__ or failure.__context__
        logged += f"{grant!r} {asked!r} {answer!r} {second!r}"
        for secret in filter(None, hidden):
            assert secret not in logged
            assert base64.b64encode(secret.encode()).decode() not in logged


@each
async def test_who_stops_waiting_goes_on_at_once_and_the_loop_stays_live(name: str) -> None:
    async with world_of(name) as world:
        asked = await begun(world, name)
        answer = read_paste(await world.browse(asked.url), asked)
        flow = flow_for(asked.registration, card_of(name))
        world.round_trip = world.ports.round_trip = 5.0
        work = asyncio.ensure_future(flow.redeem(asked, answer, world.net))
        longest = 0.0
        for _ in range(25):
            watch = Stopwatch()
            await asyncio.sleep(0.02)
            longest = max(longest, watch.seconds)
        assert not work.done() and longest < 0.3
        work.cancel()
        watch = Stopwatch()
        await asyncio.wait((work,))
        assert work.cancelled() and watch.seconds < 0.2
