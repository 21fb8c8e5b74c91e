"""Registrations in the scopes: an administrator's is enough, a stronger scope counts whole, secrets are references."""

# ruff: noqa: ASYNC240

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.test_flows_alone import key_file
from tests.unit.test_storage_saving import ask, quick

from mailwizard.model import Failure
from mailwizard.signin.oauth import clients as registrations
from mailwizard.signin.oauth.registering import read_google
from mailwizard.signin.oauth.registration import PORT, Registration, RegistrationKind
from mailwizard.storage import clients, secrets
from mailwizard.storage.clients import SavedClient

__all__ = ["quick"]

ID = "407408718192-abcdefghijkl.apps.googleusercontent.com"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "etc"
    folder.mkdir()
    monkeypatch.setenv("MAILWIZARD_HOST_DIR", str(folder))
    return folder


def write(folder: Path, text: str, issuer: str = "google") -> None:
    (folder / "clients").mkdir(parents=True, exist_ok=True)
    (folder / "clients" / f"{issuer}.toml").write_text(text)


def test_where_no_scope_has_one_there_is_none(host: Path) -> None:
    assert clients.load("google") is None


async def test_an_administrators_registration_is_enough_for_a_user(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_SECRET", "Zq7-secret")
    write(host, f'client_id = "{ID}"\nclient_secret = "env:GOOGLE_SECRET"\npublishing = "production"\nport = 60000\n')
    found = await registrations.load("google")
    assert found == Registration("google", ID, "Zq7-secret", port=60000, publishing="production", origin="host")
    assert found is not None and "Zq7" not in repr(found)


def test_the_strongest_scope_that_names_a_client_counts_whole(host: Path, home: Path) -> None:
    write(host, 'client_id = "hosts"\nclient_secret = "env:HOST"\ntenant = "t"\n')
    write(host / "organizations/firm", 'client_id = "firms"\nclient_secret = "env:FIRM"\n')
    found = clients.load("google")
    assert found is not None and (found.client_id, found.client_secret) == ("firms", "env:FIRM")
    assert (found.tenant, found.origin) == ("", "organization:firm")
    write(home / ".config/mailwizard", "port = 55555\n")
    found = clients.load("google")
    assert found is not None and (found.client_id, found.port) == ("firms", 55555)
    write(home / ".config/mailwizard", 'client_id = "mine"\n')
    found = clients.load("google")
    assert found is not None and (found.client_id, found.client_secret, found.origin) == ("mine", "", "user")


async def test_it_comes_back_as_it_was_saved_and_its_file_holds_no_secret(host: Path, home: Path) -> None:
    client = Registration("google", ID, "Zq7-secret", port=50000, publishing="testing", ends="2027-01-01")
    await registrations.save(client, "vault", passphrase=ask)
    assert await registrations.load("google", ask) == replace(client, origin="user")
    path = home / ".config/mailwizard/clients/google.toml"
    text = path.read_text()
    assert "Zq7" not in text and 'client_secret = "vault:client google"' in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text(f"# mine\n{text}\nmore = 1\n")
    await registrations.save(replace(client, port=PORT, publishing="production"), "vault", passphrase=ask)
    text = path.read_text()
    assert text.startswith("# mine\n") and "more = 1" in text and "port" not in text
    await registrations.remove("google")
    assert await registrations.load("google", ask) is None
    with pytest.raises(Failure, match=r"store\.missing"):
        await secrets.get("vault:client google", ask)
    with pytest.raises(Failure, match=r"store\.missing"):
        await registrations.remove("google")


async def test_a_key_comes_back_whole(host: Path, home: Path) -> None:
    robot = read_google(key_file())
    await registrations.save(robot, "vault", passphrase=ask)
    assert await registrations.load("google", ask) == replace(robot, origin="user")
    assert not any(b"PRIVATE" in path.read_bytes() for path in home.rglob("*") if path.is_file())


async def test_an_issuer_that_a_person_named_has_a_file_by_its_address(host: Path, home: Path) -> None:
    client = Registration("https://id.example/realms/main", "public")
    await registrations.save(client, "vault", passphrase=ask)
    assert (home / ".config/mailwizard/clients/id.example_realms_main.toml").is_file()
    assert await registrations.load(client.issuer) == replace(client, origin="user")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('client_id = "a"\nclient_secret = "GOCSPX-Zq7-itself"\n', "client_secret"),
        ('client_id = "a"\nkey = "-----BEGIN"\n', "key"),
        ("client_id = 7\n", "client_id"),
        ('client_id = "a"\nport = 80\n', "port"),
        ('client_id = "a"\nport = "x"\n', "port"),
        ('client_id = "a\\u0007"\n', "control"),
        ('client_id = "a"\nkind = "strange"\n', "kind"),
        ("client_id = ", "damaged"),
    ],
)
async def test_a_file_that_cannot_be_used_is_named_without_what_is_in_it(host: Path, text: str, words: str) -> None:
    write(host, text)
    with pytest.raises(Failure, match=r"store\.damaged") as damaged:
        await registrations.load("google")
    assert words in damaged.value.detail and "Zq7" not in damaged.value.detail


async def test_a_key_that_cannot_be_used_is_named(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "nothing")
    write(host, 'client_id = "a"\nkind = "service-account"\nkey = "env:KEY"\n')
    with pytest.raises(Failure, match=r"store\.damaged"):
        await registrations.load("google")
    write(host, 'client_id = "a"\nkind = "app-only"\nkey = "env:KEY"\n', "microsoft")
    with pytest.raises(Failure, match="no PEM"):
        await registrations.load("microsoft")


def test_a_secret_in_place_of_a_reference_is_not_saved(host: Path, home: Path) -> None:
    for client in (SavedClient("google", ID, client_secret="GOCSPX-Zq7"), SavedClient("google", "a\nb")):
        with pytest.raises(ValueError, match=r"\.$") as wrong:
            clients.save(client)
        assert "Zq7" not in str(wrong.value)
    assert not (home / ".config/mailwizard/clients/google.toml").exists()


def test_a_damaged_file_is_set_aside_before_it_is_written_anew(host: Path, home: Path) -> None:
    folder = home / ".config/mailwizard"
    write(folder, "client_id = ")
    clients.save(SavedClient("google", ID, kind=RegistrationKind.PUBLIC.value))
    found = clients.load("google")
    assert found is not None and found.client_id == ID
    assert any(path.name.startswith("google.toml.bad-") for path in (folder / "clients").iterdir())


async def test_a_programs_secret_can_go_to_a_place_of_its_own_and_two_cannot_share_one(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    put = ["sh", "-c", f"cat > '{place}'"]
    store = f"cmd:{json.dumps({'get': ['cat', str(place)], 'put': put})}"
    one = Registration("google", ID, "Zq7-secret", kind=RegistrationKind.PUBLIC)
    await registrations.save(one, store)
    saved = clients.load("google")
    assert saved is not None and saved.client_secret == store
    assert await secrets.get(store) == "Zq7-secret"
    with pytest.raises(Failure, match="holds something else"):
        await registrations.save(replace(one, client_secret="another"), store)
    with pytest.raises(ValueError, match="name a store"):
        await registrations.save(replace(one, key="a key"), store)
