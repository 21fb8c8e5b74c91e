"""Clients of the small internet that sign with a key of their own; each call makes a new key."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mailwizard.sandbox.identity.google import MAIL, Google, ServiceAccount
from mailwizard.sandbox.identity.microsoft import Microsoft
from mailwizard.sandbox.internet import WORKSHOP
from mailwizard.sandbox.signing_in import MICROSOFT_APP
from mailwizard.sandbox.world import World
from mailwizard.signin.oauth.registering import read_google
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

SERVICE_ACCOUNT = "mailer@practice-407408.iam.gserviceaccount.com"


def service_account(world: World) -> Registration:
    """Return a service account that may speak for the users of ``workshop.example`` at Google.

    It is among the world's registrations as ``google-service-account``.
    """
    issuer = world.identity.issuers["google"]
    if not isinstance(issuer, Google):
        raise TypeError("this world's Google is another issuer")
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key()
    key_id = hashlib.sha256(str(public.public_numbers().n).encode()).hexdigest()[:40]
    issuer.service_accounts[SERVICE_ACCOUNT] = ServiceAccount({key_id: public}, {WORKSHOP: frozenset({MAIL})})
    told = {
        "type": "service_account",
        "project_id": "practice-407408",
        "private_key_id": key_id,
        "private_key": _pem(key),
        "client_email": SERVICE_ACCOUNT,
        "client_id": "104958120346651822791",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "universe_domain": "googleapis.com",
    }
    registration = read_google(json.dumps(told, indent=2))
    world.identity.registrations["google-service-account"] = registration
    return registration


def app_certificate(world: World) -> Registration:
    """Return the program that signs in by itself at Microsoft, with a certificate instead of its secret.

    It is among the world's registrations as ``microsoft-app-certificate``.
    """
    issuer = world.identity.issuers["microsoft"]
    if not isinstance(issuer, Microsoft):
        raise TypeError("this world's Microsoft is another issuer")
    key = rsa.generate_private_key(65537, 2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailwizard practice")]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    client = issuer.clients[MICROSOFT_APP]
    for digest in (hashes.SHA256(), hashes.SHA1()):  # noqa: S303 - the older of the two names that Microsoft knows it by
        thumbprint = urlsafe_b64encode(certificate.fingerprint(digest)).rstrip(b"=").decode()
        client.keys[thumbprint] = key.public_key()
    registration = Registration(
        "microsoft",
        MICROSOFT_APP,
        tenant=client.organization,
        kind=RegistrationKind.APP_ONLY,
        key=_pem(key) + certificate.public_bytes(Encoding.PEM).decode(),
        ends=certificate.not_valid_after_utc.date().isoformat(),
    )
    world.identity.registrations["microsoft-app-certificate"] = registration
    return registration


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
