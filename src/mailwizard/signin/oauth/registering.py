"""Read client registrations: documents that an issuer hands out, keys with certificates, and typed values."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.net.clean import clean
from mailwizard.signin.oauth.entra import pieces
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

FILE_LIMIT = 64 * 1024
"""Characters of a document or key."""
_GOOGLE_ID = re.compile(r"\d{6,30}-[a-z0-9]{8,64}\.apps\.googleusercontent\.com\Z")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_DOMAIN = re.compile(r"(?=.{4,253}\Z)[a-z0-9-]+(\.[a-z0-9-]+)+\Z", re.IGNORECASE)
_MAKE = "At Google make a client of the type Desktop app, and download its JSON."
_STRANGE = "This is no file of Google's for a program that signs people in. " + _MAKE
_KINDS = {
    "authorized_user": "This file holds somebody's sign-in, not a program's registration. " + _MAKE,
    "external_account": "This file is about signing in with another cloud's identity, which mail does not take. "
    + _MAKE,
    "impersonated_service_account": "This file borrows a service account; the account's own key is needed.",
    "gdch_service_account": "This service account belongs to a cloud of your own and opens no Gmail.",
}


def read_google(text: str, origin: str = "typed") -> Registration:
    """Read a JSON document of Google's: a desktop client, or a service account's key.

    Raises:
        ValueError: with one sentence that names what it is instead.
    """
    told = _document(text)
    if isinstance(told.get("installed"), dict):
        return _desktop(told["installed"], origin)
    if isinstance(told.get("web"), dict):
        raise ValueError(
            "This client is of the type Web application, which may not come back to this machine. " + _MAKE
        )
    kind = told.get("type")
    if kind == "service_account":
        return _service_account(told, text, origin)
    if isinstance(kind, str) and kind in _KINDS:
        raise ValueError(_KINDS[kind])
    if "project_info" in told or "client_email" in told:
        raise ValueError("This file is for another purpose, or a part of it is missing. " + _MAKE)
    raise ValueError(_STRANGE)


def read_certificate(pem: str) -> tuple[str, str]:
    """Read a private key with its certificate in PEM; return both as one text, and the certificate's last day.

    Raises:
        ValueError: with one sentence that says what is missing or does not fit.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if len(pem) > FILE_LIMIT:
        raise ValueError("This is far too large for a key with its certificate.")
    key, certificates = pieces(pem)
    if not key and not certificates:
        raise ValueError(
            "This is no PEM file. From a .pfx file: openssl pkcs12 -in FILE.pfx -nodes -out FILE.pem, and use that."
        )
    if not key:
        raise ValueError("The private key is missing: this file holds the certificate alone.")
    if not certificates:
        raise ValueError("The certificate is missing: put it into the same file as the private key.")
    if "ENCRYPTED" in key:
        raise ValueError("The private key is locked with a passphrase: openssl pkey -in FILE.pem takes it off.")
    try:
        private = load_pem_private_key(key.encode(), None)
        certificate = x509.load_pem_x509_certificates(certificates.encode())[0]
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("The key or the certificate is damaged.") from None
    if not isinstance(private, RSAPrivateKey):
        raise ValueError("Microsoft takes RSA keys only, and this is another one.")
    if private.public_key() != certificate.public_key():
        raise ValueError("The private key does not belong to the certificate.")
    return f"{key}\n{certificates}\n", certificate.not_valid_after_utc.date().isoformat()


def typed(
    card: IssuerCard,
    client_id: str,
    client_secret: str = "",
    tenant: str = "",
    *,
    app_only: bool = False,
    key: str = "",
) -> Registration:
    """Read typed fields.

    Raises:
        ValueError: with one sentence that says which field is wrong, without repeating a secret.
    """
    number, secret, directory = client_id.strip(), client_secret.strip(), tenant.strip()
    if not number or len(number) > 300 or not number.isprintable() or " " in number:
        raise ValueError(f"Type the client ID under which the program is registered at {card.name}.")
    if card.flow == "google" and not _GOOGLE_ID.match(number):
        raise ValueError("A client ID of Google ends in .apps.googleusercontent.com; copy it once more.")
    if card.flow == "microsoft":
        _refuse_entra(number, secret, directory, app_only=app_only)
    if secret and (not secret.isprintable() or len(secret) > 1000 or " " in secret):
        raise ValueError("A client secret has no blanks and no line breaks; copy it once more.")
    ends = ""
    if key:
        key, ends = read_certificate(key)
    if (card.client_secret == "required" or app_only) and not secret and not key:
        more = " or a certificate" if app_only else ""
        raise ValueError(f"{card.name} gives a program a secret too: type the client secret{more}.")
    kind = RegistrationKind.APP_ONLY if app_only else RegistrationKind.PUBLIC
    return Registration(card.id, number, "" if key else secret, directory, kind, key, ends=ends)


def with_port(registration: Registration, port: int) -> Registration:
    """Return a registration whose browser comes back to another port.

    Raises:
        ValueError: for a port that no program of a user may listen on.
    """
    if not 1024 <= port <= 65535:
        raise ValueError("The port is a number from 1024 to 65535.")
    return replace(registration, port=port)


def _refuse_entra(number: str, secret: str, directory: str, *, app_only: bool) -> None:
    if not _GUID.match(number):
        raise ValueError(
            "The Application (client) ID of Microsoft is a number such as 00000000-0000-0000-0000-000000000000."
        )
    if _GUID.match(secret):
        raise ValueError("This is the ID of the client secret. Its Value is needed, which is shown only once.")
    named = directory.lower() in {"common", "organizations", "consumers"}
    if directory and not named and not _GUID.match(directory) and not _DOMAIN.match(directory):
        raise ValueError("The directory is its ID, or one of its domains such as example.onmicrosoft.com.")
    if app_only and (not directory or named):
        raise ValueError("A program that signs in by itself needs the Directory (tenant) ID.")


def _document(text: str) -> dict[str, Any]:
    if len(text) > FILE_LIMIT:
        raise ValueError("This file is far too large. " + _MAKE)
    if "-----BEGIN" in text and not text.lstrip().startswith("{"):
        raise ValueError("This is a bare key. The whole JSON file that Google makes with it is needed.")
    try:
        told = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise ValueError("This is no JSON, or not all of it. " + _MAKE) from None
    if not isinstance(told, dict):
        raise ValueError(_STRANGE)
    return told


def _desktop(told: dict[str, Any], origin: str) -> Registration:
    number, secret = told.get("client_id"), told.get("client_secret")
    if not isinstance(number, str) or not _GOOGLE_ID.match(number):
        raise ValueError("The client ID in this file is damaged. Download the file once more.")
    if not isinstance(secret, str) or not secret or not secret.isprintable():
        raise ValueError(
            "The client secret is missing in this file: this is a client for phones, or one whose secret was hidden. "
            + _MAKE
        )
    _refuse_elsewhere(told)
    return Registration("google", number, secret, origin=origin)


def _service_account(told: dict[str, Any], text: str, origin: str) -> Registration:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    lacking = [name for name in ("client_id", "client_email", "private_key") if not isinstance(told.get(name), str)]
    if lacking:
        raise ValueError(f"The field {lacking[0]} is missing in this service account's file. Make a new key there.")
    try:
        private = load_pem_private_key(told["private_key"].encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("The key in this service account's file is damaged. Make a new one there.") from None
    if not isinstance(private, RSAPrivateKey):
        raise ValueError("Google's service accounts have RSA keys, and this is another one. Make a new one there.")
    _refuse_elsewhere(told)
    if told.get("universe_domain") not in (None, "", "googleapis.com"):
        raise ValueError("This service account belongs to a cloud of its own and opens no Gmail.")
    return Registration(
        "google", clean(told["client_id"], 100), kind=RegistrationKind.SERVICE_ACCOUNT, key=text.strip(), origin=origin
    )


def _refuse_elsewhere(told: dict[str, Any]) -> None:
    """Refuse a document that would send a secret to somebody else than Google.

    Raises:
        ValueError: with one sentence.
    """
    where = str(told.get("token_uri") or "https://oauth2.googleapis.com/token")
    try:
        parts = urlsplit(where)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme != "https" or not (host == "googleapis.com" or host.endswith((".googleapis.com", ".google.com"))):
        raise ValueError(f"This file sends its secret to {clean(where, 100)} and not to Google. It is not used.")
