"""Microsoft's issuer in the practice world, asked by hand: directories, consent, device codes and its numbers."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.unit.signing import MICROSOFT, OUTLOOK, Program, ask_other, asking, exchange, told_by, url

from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.identity.browser import PageShown
from mailwizard.sandbox.identity.microsoft_errors import PLANNED

TOKEN, AUTHORIZE, DEVICE = f"{MICROSOFT}/token", f"{MICROSOFT}/authorize", f"{MICROSOFT}/devicecode"
IMAP = f"{OUTLOOK}IMAP.AccessAsUser.All"
SCOPE = f"{IMAP} {OUTLOOK}SMTP.Send offline_access openid"
CONTOSO = "https://login.microsoftonline.com/contoso.example"
APP_SCOPE = "https://outlook.office365.com/.default"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world("microsoft-device-code") as opened:
        yield opened


@pytest.fixture
async def program(world: World) -> AsyncIterator[Program]:
    async with asking(world) as opened:
        yield opened


def ask(world: World, **other: str) -> dict[str, str]:
    return ask_other(world, "microsoft", **{"scope": SCOPE, **other})


async def granted(program: Program, **other: str) -> dict[str, Any]:
    code = await program.code(AUTHORIZE, ask(program.world, **other))
    return await program.json(TOKEN, exchange(program.world, code, "microsoft"))


def number(told: dict[str, Any]) -> int:
    """Return the number of a refusal, which is everywhere the same."""
    found = re.match(
        r"AADSTS(\d+): .+ Trace ID: \S+ Correlation ID: \S+ Timestamp: \S+ \S+Z\Z", told["error_description"]
    )
    assert found and told.get("error_codes", [int(found[1])]) == [int(found[1])]
    return int(found[1])


async def test_a_code_is_good_for_tokens(program: Program) -> None:
    told = await granted(program)
    assert told["scope"] == f"{IMAP} {OUTLOOK}SMTP.Send"
    assert len(told["access_token"]) > 1500 and told["refresh_token"] and told["id_token"].count(".") == 2


PAGES = [
    ({"client_id": "00000000-0000-0000-0000-000000000000"}, 700016),
    ({"redirect_uri": "http://127.0.0.1:53171/other"}, 50011),
    ({"redirect_uri": "https://elsewhere.example/"}, 50011),
    ({"redirect_uri": "http://127.0.0.1@elsewhere.example/"}, 50011),
]


@pytest.mark.parametrize(("wrong", "wanted"), PAGES, ids=[str(page[0]) for page in PAGES])
async def test_nobody_is_sent_back_to_what_is_not_registered(
    program: Program, wrong: dict[str, str], wanted: int
) -> None:
    with pytest.raises(PageShown, match=f"AADSTS{wanted}: "):
        await program.code(AUTHORIZE, ask(program.world, **wrong))


@pytest.mark.parametrize("port", [1024, 53171, 65535])
async def test_any_port_of_loopback_will_do(program: Program, port: int) -> None:
    assert await program.code(AUTHORIZE, ask(program.world, redirect_uri=f"http://localhost:{port}"))


BACK = [
    ({"response_type": "token"}, 700054, "unsupported_response_type"),
    ({"scope": ""}, 900144, "invalid_request"),
    ({"scope": f"{OUTLOOK}Everything"}, 70011, "invalid_scope"),
    ({"scope": f"{IMAP} https://graph.microsoft.com/Mail.Send"}, 28000, "invalid_request"),
    ({"code_challenge": ""}, 9002325, "invalid_request"),
]


@pytest.mark.parametrize(("wrong", "wanted", "error"), BACK, ids=[str(back[0]) for back in BACK])
async def test_what_else_is_wrong_is_told_to_the_program(
    world: World, wrong: dict[str, str], wanted: int, error: str
) -> None:
    told = told_by(await world.browse(url(AUTHORIZE, ask(world, **wrong))))
    assert (number(told), told["error"], told["state"]) == (wanted, error, "practice-state")


EXCHANGES = [
    ({"client_id": "00000000-0000-0000-0000-000000000000"}, 700016, "unauthorized_client"),
    ({"client_secret": "made-up"}, 7000215, "invalid_client"),
    ({"code": "1.Amade-up"}, 9002313, "invalid_request"),
    ({"redirect_uri": "http://127.0.0.1:53172"}, 500112, "invalid_client"),
    ({"code_verifier": ""}, 50148, "invalid_grant"),
    ({"code_verifier": "v" * 50}, 501481, "invalid_grant"),
    ({"scope": f"{OUTLOOK}POP.AccessAsUser.All"}, 65001, "invalid_grant"),
    ({"grant_type": "password"}, 70003, "unsupported_grant_type"),
]


@pytest.mark.parametrize(("wrong", "wanted", "error"), EXCHANGES, ids=[str(case[0]) for case in EXCHANGES])
async def test_a_wrong_exchange_is_refused(program: Program, wrong: dict[str, str], wanted: int, error: str) -> None:
    code = await program.code(AUTHORIZE, ask(program.world))
    told = await program.json(TOKEN, exchange(program.world, **{"code": code, "name": "microsoft", **wrong}))
    assert (number(told), told["error"]) == (wanted, error) and "access_token" not in told


async def test_a_code_works_once_and_ends(program: Program) -> None:
    code = await program.code(AUTHORIZE, ask(program.world))
    await program.json(TOKEN, exchange(program.world, code, "microsoft"))
    assert number(await program.json(TOKEN, exchange(program.world, code, "microsoft"))) == 54005
    late = await program.code(AUTHORIZE, ask(program.world))
    program.world.clock.advance(601)
    assert number(await program.json(TOKEN, exchange(program.world, late, "microsoft"))) == 70008


async def test_each_refresh_brings_a_new_refresh_token_and_the_old_one_goes_on(program: Program) -> None:
    first = await granted(program)
    client = program.world.registrations["microsoft"].client_id
    asked = {"grant_type": "refresh_token", "client_id": client, "scope": IMAP}
    told = await program.json(TOKEN, {**asked, "refresh_token": first["refresh_token"]})
    assert told["scope"] == IMAP and told["refresh_token"] != first["refresh_token"]
    assert "access_token" in await program.json(TOKEN, {**asked, "refresh_token": first["refresh_token"]})
    program.world.clock.advance(91 * 86400)
    assert number(await program.json(TOKEN, {**asked, "refresh_token": told["refresh_token"]})) == 700082


async def test_users_are_sent_to_an_administrator_who_may_allow_it() -> None:
    async with open_world("microsoft-consent-needed") as world, asking(world) as program:
        told = told_by(await world.browse(url(AUTHORIZE, ask(world))))
        assert number(told) == 90094 and told["error"] == "access_denied"
        sending = await program.code(AUTHORIZE, ask(world, scope=f"{OUTLOOK}SMTP.Send"))
        assert sending
        page = url(f"{CONTOSO}/v2.0/adminconsent", {
            "client_id": world.registrations["microsoft"].client_id, "redirect_uri": "http://127.0.0.1:53171",
            "scope": APP_SCOPE, "state": "s",
        })  # fmt: skip
        with pytest.raises(PageShown, match="Need admin approval"):
            await world.browse(page, as_=world.address)
        assert told_by(await world.browse(page, as_="admin@contoso.example", consent=False))["error"] == "access_denied"
        accepted = told_by(await world.browse(page, as_="admin@contoso.example"))
        assert accepted["admin_consent"] == "True" and accepted["state"] == "s"
        assert await program.code(AUTHORIZE, ask(world))


async def test_the_switch_stands_for_the_administrator() -> None:
    async with open_world("microsoft-consent-needed") as world, asking(world) as program:
        await world.switches[0].flip()
        assert "access_token" in await granted(program)


DIRECTORIES = [
    ("contoso.example", "adele@contoso.example", 0),
    ("organizations", "adele@contoso.example", 0),
    ("consumers", "alice-practice@outlook.com", 0),
    ("common", "alice-practice@outlook.com", 0),
    ("consumers", "adele@contoso.example", 50020),
    ("organizations", "alice-practice@outlook.com", 50020),
    ("fabrikam.example", "adele@contoso.example", 50020),
    ("common", "nobody@contoso.example", 50034),
    ("nowhere.example", "adele@contoso.example", 90002),
]


@pytest.mark.parametrize(("tenant", "user", "wanted"), DIRECTORIES)
async def test_people_sign_in_at_their_own_directory(world: World, tenant: str, user: str, wanted: int) -> None:
    page = url(AUTHORIZE.replace("common", tenant), ask(world, login_hint=user))
    if wanted:
        with pytest.raises(PageShown, match=f"AADSTS{wanted}: "):
            await world.browse(page)
    else:
        assert told_by(await world.browse(page))["code"]


async def device(program: Program, **other: str) -> dict[str, Any]:
    client = program.world.registrations["microsoft"].client_id
    return await program.json(DEVICE, {"client_id": client, "scope": SCOPE, **other})


def poll(world: World, handle: str, **other: str) -> dict[str, str]:
    told = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": handle}
    return {**told, "client_id": world.registrations["microsoft"].client_id, **other}


async def test_a_device_code_waits_for_the_person(program: Program) -> None:
    world, told = program.world, await device(program)
    assert told["user_code"] in told["message"] and told["verification_uri"] in told["message"]
    assert (told["interval"], told["expires_in"]) == (5, 900)
    for _ in range(2):
        assert number(waiting := await program.json(TOKEN, poll(world, told["device_code"]))) == 70016
        assert waiting["error"] == "authorization_pending"
    assert "You have signed in" in await world.enter_device_code(told["user_code"].lower())
    assert "access_token" in await program.json(TOKEN, poll(world, told["device_code"]))
    assert number(await program.json(TOKEN, poll(world, told["device_code"]))) == 70018


async def test_a_device_code_ends_may_be_declined_and_is_not_guessed(program: Program) -> None:
    world, told = program.world, await device(program)
    with pytest.raises(PageShown, match="That code didn't work"):
        await world.enter_device_code("BBBBBBBBB")
    with pytest.raises(PageShown, match="AADSTS65004"):
        await world.enter_device_code(told["user_code"], consent=False)
    declined = await program.json(TOKEN, poll(world, told["device_code"]))
    assert declined["error"] == "authorization_declined"
    late = await device(program)
    world.clock.advance(901)
    with pytest.raises(PageShown, match="That code didn't work"):
        await world.enter_device_code(late["user_code"])
    assert (await program.json(TOKEN, poll(world, late["device_code"])))["error"] == "expired_token"
    assert number(await program.json(TOKEN, poll(world, "made-up"))) == 70018


async def test_a_client_that_is_not_public_takes_no_device_code(program: Program) -> None:
    app = program.world.registrations["microsoft-app-only"].client_id
    told = await device(program, client_id=app)
    answer = await program.json(TOKEN, poll(program.world, told["device_code"], client_id=app))
    assert (number(answer), answer["error"]) == (7000218, "invalid_client")


APPS = [
    ({}, "contoso.example", 0),
    ({"client_secret": "made-up"}, "contoso.example", 7000215),
    ({"client_secret": ""}, "contoso.example", 7000218),
    ({"client_id": "00000000-0000-0000-0000-000000000000"}, "contoso.example", 700016),
    ({"scope": IMAP}, "contoso.example", 1002012),
    ({"scope": "https://mail.example/.default"}, "contoso.example", 500011),
    ({"scope": ""}, "contoso.example", 900144),
    ({}, "common", 50059),
    ({}, "fabrikam.example", 700016),
    ({}, "nowhere.example", 90002),
]


@pytest.mark.parametrize(("wrong", "tenant", "wanted"), APPS, ids=[f"{case[0]}{case[1]}" for case in APPS])
async def test_a_program_signs_in_by_itself(program: Program, wrong: dict[str, str], tenant: str, wanted: int) -> None:
    app = program.world.registrations["microsoft-app-only"]
    told = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": app.client_secret}
    asked = {key: value for key, value in {**told, "scope": APP_SCOPE, **wrong}.items() if value}
    answer = await program.json(TOKEN.replace("common", tenant), asked)
    assert ("access_token" in answer and "refresh_token" not in answer) if not wanted else number(answer) == wanted


async def test_a_secret_ends(program: Program) -> None:
    app = program.world.registrations["microsoft-app-only"]
    program.world.identity.issuers["microsoft"].clients[app.client_id].secret_ends = program.world.clock.now() + 60
    asked = {
        "grant_type": "client_credentials", "client_id": app.client_id, "client_secret": app.client_secret,
        "scope": APP_SCOPE,
    }  # fmt: skip
    assert "access_token" in await program.json(TOKEN.replace("common", "contoso.example"), asked)
    program.world.clock.advance(61)
    assert number(await program.json(TOKEN.replace("common", "contoso.example"), asked)) == 7000222


@pytest.mark.parametrize("wanted", PLANNED)
async def test_every_number_can_be_let_happen_once(program: Program, wanted: int) -> None:
    world = program.world
    place = PLANNED[wanted][0]
    if place == "authorize":
        world.identity.fail_next(f"AADSTS{wanted}")
        told: dict[str, Any] = told_by(await world.browse(url(AUTHORIZE, ask(world))))
    else:
        code = await program.code(AUTHORIZE, ask(world))
        world.identity.fail_next(f"AADSTS{wanted}")
        told = await program.json(TOKEN, exchange(world, code, "microsoft"))
    assert number(told) == wanted
    assert "access_token" in await granted(program)


async def test_its_documents_tell_where_everything_is(program: Program) -> None:
    base = "https://login.microsoftonline.com"
    told = json.loads((await program.get(f"{base}/common/v2.0/.well-known/openid-configuration")).body)
    assert (told["token_endpoint"], told["authorization_endpoint"]) == (TOKEN, AUTHORIZE)
    own = json.loads((await program.get(f"{CONTOSO}/v2.0/.well-known/openid-configuration")).body)
    assert re.fullmatch(rf"{base}/[0-9a-f-]{{36}}/oauth2/v2.0/token", own["token_endpoint"])
    answer = await program.get(f"{base}/nowhere.example/v2.0/.well-known/openid-configuration")
    assert answer.status == 400 and json.loads(answer.body)["error"] == "invalid_tenant"
    found = json.loads((await program.get(f"{base}/common/discovery/instance?api-version=1.1")).body)
    assert "login.microsoftonline.com" in found["metadata"][0]["aliases"]
