"""Registrations are read from what issuers hand out; what is something else is named, and no secret is repeated."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.peers import issue
from tests.unit.test_flows_alone import key_file, pem

from mailwizard import knowledge
from mailwizard.model import Address, Protocol
from mailwizard.signin.oauth.consent import admin_consent
from mailwizard.signin.oauth.registering import read_certificate, read_google, typed, with_port
from mailwizard.signin.oauth.registration import PORT, Registration, RegistrationKind

ID = "407408718192-abcdefghijkl.apps.googleusercontent.com"
GUID = "7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3"
SECRET = "GOCSPX-Zq7secretvalue"


def desktop(**more: object) -> str:
    inside = {
        "client_id": ID, "client_secret": SECRET, "redirect_uris": ["http://localhost"],
        "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": "https://oauth2.googleapis.com/token",
    }  # fmt: skip
    return json.dumps({"installed": {**inside, **more}})


def test_a_desktop_client_is_read_from_its_file() -> None:
    client = read_google("\ufeff" + desktop(), "client.json")
    assert client == Registration("google", ID, SECRET, origin="client.json")
    assert client.port == PORT and SECRET not in repr(client)


def test_a_service_account_is_read_with_its_key() -> None:
    robot = read_google(key_file())
    assert robot.kind is RegistrationKind.SERVICE_ACCOUNT and robot.client_id == "123456789012345678901"
    assert "PRIVATE KEY" in robot.key and "PRIVATE KEY" not in repr(robot)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[]", "no file of Google's"),
        ("{}", "no file of Google's"),
        ("[" * 50000, "no JSON"),
        ("x" * 70000, "far too large"),
        (json.dumps({"web": {"client_id": ID, "client_secret": SECRET}}), "Web application"),
        (json.dumps({"type": "authorized_user", "refresh_token": SECRET}), "somebody's sign-in"),
        (json.dumps({"type": "external_account"}), "another cloud"),
        (json.dumps({"project_info": {}, "client": []}), "another purpose"),
        (json.dumps({"client_email": "a@b.iam.gserviceaccount.com", "private_key": SECRET}), "another purpose"),
        (desktop(client_id="1"), "client ID in this file is damaged"),
        (desktop(client_secret=""), "client secret is missing"),
        (desktop(client_secret=7), "client secret is missing"),
        (desktop(token_uri="https://evil.example/token"), "evil.example"),
        (desktop(token_uri="http://oauth2.googleapis.com/token"), "not to Google"),
        (desktop(token_uri="https://oauth2.googleapis.com.evil.example/token"), "not to Google"),
        (desktop(token_uri="https://[/"), "not to Google"),
        (key_file(token_uri="https://evil.example/token"), "evil.example"),
        (key_file(private_key="-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), "damaged"),
        (key_file(private_key=None), "private_key is missing"),
        (key_file(client_email=None), "client_email is missing"),
        (pem(), "bare key"),
    ],
)
def test_what_is_no_registration_is_named_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(ValueError) as wrong:
        read_google(text)
    sentence = str(wrong.value)
    assert words in sentence and sentence[0].isupper() and sentence.endswith(".")
    assert SECRET not in sentence and "PRIVATE KEY" not in sentence and len(sentence) < 300


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        read_google(text)


def own() -> tuple[str, str, str]:
    key = rsa.generate_private_key(65537, 2048)
    issued = issue(("mailwizard",), key=key)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    day = issued.certificate.not_valid_after_utc.date().isoformat()
    return private, issued.certificate.public_bytes(Encoding.PEM).decode(), day


def test_a_key_and_its_certificate_are_read_in_any_order_and_tell_their_end() -> None:
    key, certificate, day = own()
    for text in (key + certificate, certificate + "\nsome words\n" + key):
        kept, ends = read_certificate(text)
        assert ends == day and key.strip() in kept and certificate.strip() in kept
        assert "some words" not in kept


def test_a_key_that_cannot_be_used_is_named() -> None:
    key, certificate, _ = own()
    other, strange, _ = own()
    curve = ec.generate_private_key(ec.SECP256R1())
    small = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    locked = rsa.generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
    )
    for text, words in (
        ("", "no PEM"), ("MIIJqQIBAzCC", "openssl pkcs12"), (certificate, "private key is missing"),
        (key, "certificate is missing"), (key + strange, "does not belong"), (other + certificate, "does not belong"),
        (small + certificate, "RSA"), (locked.decode() + certificate, "passphrase"), ("x" * 70000, "far too large"),
        (key + certificate.replace("MII", "AAA"), "damaged"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=words) as wrong:
            read_certificate(text)
        assert str(wrong.value).endswith(".") and "BEGIN" not in str(wrong.value)


GOOGLE, MICROSOFT, YANDEX = (knowledge.issuers()[name] for name in ("google", "microsoft", "yandex"))


def test_typed_values_are_taken_without_their_blanks() -> None:
    assert typed(GOOGLE, f" {ID} ", f"\t{SECRET}\n") == Registration("google", ID, SECRET)
    assert typed(MICROSOFT, GUID, "", "contoso.example").tenant == "contoso.example"
    alone = typed(MICROSOFT, GUID, "Zq7~value", GUID, app_only=True)
    assert alone.kind is RegistrationKind.APP_ONLY
    key, certificate, day = own()
    signed = typed(MICROSOFT, GUID, "", GUID, app_only=True, key=key + certificate)
    assert signed.ends == day and signed.key and not signed.client_secret
    assert with_port(alone, 60000).port == 60000


@pytest.mark.parametrize(
    ("card", "values", "words"),
    [
        (GOOGLE, ("", SECRET), "Type the client ID"),
        (GOOGLE, ("alice@gmail.com", SECRET), "googleusercontent"),
        (GOOGLE, (ID, ""), "client secret"),
        (GOOGLE, (ID, "two words"), "no blanks"),
        (GOOGLE, (f"{ID} {ID}", SECRET), "Type the client ID"),
        (MICROSOFT, ("mailwizard", ""), "Application \\(client\\) ID"),
        (MICROSOFT, (GUID, GUID), "Its Value is needed"),
        (MICROSOFT, (GUID, "", "my company"), "directory is its ID"),
        (YANDEX, ("id", ""), "client secret"),
    ],
)
def test_typed_values_that_cannot_be_right_are_named(card: object, values: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words) as wrong:
        typed(card, *values)  # type: ignore[arg-type]
    assert SECRET not in str(wrong.value)


@pytest.mark.parametrize("tenant", ["", "common", "consumers", "Organizations"])
def test_a_program_alone_needs_its_directory(tenant: str) -> None:
    with pytest.raises(ValueError, match="Directory"):
        typed(MICROSOFT, GUID, "Zq7~value", tenant, app_only=True)


@pytest.mark.parametrize("port", [0, 80, 1023, 65536, -1])
def test_a_port_that_a_user_cannot_listen_on_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match="1024 to 65535"):
        with_port(Registration("google", ID), port)


def test_the_page_for_an_administrator_names_program_directory_and_rights() -> None:
    client = Registration("microsoft", GUID)
    address = Address("bob", "contoso.example", "contoso.example")
    (page,) = admin_consent(client, MICROSOFT, address, (Protocol.IMAP, Protocol.SMTP))
    assert page.url.startswith("https://login.microsoftonline.com/contoso.example/v2.0/adminconsent?")
    assert f"client_id={GUID}" in page.url and "IMAP.AccessAsUser.All" in page.url and "SMTP.Send" in page.url
    assert "redirect_uri=http%3A%2F%2F127.0.0.1" in page.url
    assert page.url in page.sentence and GUID in page.sentence and "bob@contoso.example" in page.sentence
    assert "read mail by IMAP and send mail" in page.sentence
    own_directory = replace(client, tenant=GUID)
    assert f"/{GUID}/v2.0/" in admin_consent(own_directory, MICROSOFT, address, (Protocol.SMTP,))[0].url
    assert "/organizations/" in admin_consent(client, MICROSOFT, None, (Protocol.SMTP,))[0].url


def test_a_program_alone_is_allowed_for_each_service() -> None:
    client = Registration("microsoft", GUID, "s", GUID, RegistrationKind.APP_ONLY)
    pages = admin_consent(client, MICROSOFT, None, (Protocol.IMAP, Protocol.POP3, Protocol.SMTP))
    assert [page.url.partition("scope=")[2] for page in pages] == [
        "https%3A%2F%2Fps.outlook.com%2F.default", "https%3A%2F%2Foutlook.office365.com%2F.default",
    ]  # fmt: skip
    elsewhere = knowledge.issuers()["microsoft-us-gov"]
    (page,) = admin_consent(client, elsewhere, None, (Protocol.IMAP, Protocol.SMTP))
    assert page.url.startswith("https://login.microsoftonline.us/") and "outlook.office365.us" in page.url


def test_google_has_no_such_page() -> None:
    assert admin_consent(Registration("google", ID, SECRET), GOOGLE, None, (Protocol.IMAP,)) == ()
