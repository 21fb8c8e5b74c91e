"""Whom this machine trusts: one TLS context for all connections."""

from __future__ import annotations

import os
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

_STORES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
)
"""Where systems keep their authorities, for a Python whose OpenSSL was built to look elsewhere."""

_CIPHERS = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:!aNULL:!eNULL:!SHA1:!AESCCM"
"""Ciphers of TLS 1.2: with forward secrecy, and not over numbers that a server chose and nobody can examine."""


class Trust:
    """The system's authorities, and those of a private file, or of its bytes, beside them.

    Raises:
        ValueError: with one sentence for a person, where these cannot be used.
    """

    def __init__(self, ca_file: Path | None = None, authorities: bytes = b"") -> None:
        self._private: list[str | bytes] = []
        if ca_file is not None:
            self._private.append(_read(ca_file))
        if authorities:
            self._private.append(_proven(authorities, "The CA file"))
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    @property
    def made(self) -> ssl.SSLContext | None:
        """The context, once it is there."""
        return self._context

    @property
    def replaced_by(self) -> str:
        """The environment variable that replaces the system's authorities, such as ``SSL_CERT_FILE=/x``."""
        names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
        return " ".join(f"{name}={os.environ[name]}" for name in names if os.environ.get(name))

    def context(self) -> ssl.SSLContext:
        """Return the one context; the first call reads the system's store, which takes some 20 ms.

        It judges alike on every Python: TLS 1.2 and newer, names from the subject alternative names only, no
        RFC 5280 pedantry (``VERIFY_X509_STRICT``), and no key log.
        """
        with self._lock:
            if self._context is None:
                self._context = self._make()
            return self._context

    def organizations(self) -> frozenset[str]:
        """Return the organizations whose authorities are trusted; empty where the system does not list them."""
        try:
            authorities: list[Any] = self.context().get_ca_certs()
        except NotImplementedError:
            return frozenset()
        parts: list[tuple[str, str]] = [pair for one in authorities for part in one["subject"] for pair in part]
        return frozenset(value for key, value in parts if key == "organizationName")

    def takes(self, cipher: str) -> bool:
        """Return whether a cipher is strong enough for us."""
        return any(one["name"] == cipher for one in self.context().get_ciphers())

    def _make(self) -> ssl.SSLContext:
        if sys.platform in {"darwin", "win32"}:
            import truststore

            context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        else:
            # truststore would do the same here, but read the store anew for every connection.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            _load_system(context)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        context.hostname_checks_common_name = False
        context.verify_flags = ssl.VERIFY_X509_TRUSTED_FIRST | ssl.VERIFY_X509_PARTIAL_CHAIN
        if sys.platform not in {"darwin", "win32"}:
            context.set_ciphers(_CIPHERS)
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
        for certificates in self._private:
            context.load_verify_locations(cadata=certificates)
        return context


def unverified() -> ssl.SSLContext:
    """Return a context that looks at any certificate and trusts none; nothing may be sent over it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return context


def _load_system(context: ssl.SSLContext) -> None:
    paths = ssl.get_default_verify_paths()
    if paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())):
        context.load_default_certs()
        return
    for store in _STORES:
        if Path(store).is_file():
            context.load_verify_locations(cafile=store)
            return


def _read(path: Path) -> str | bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"The CA file {path} cannot be used: {error.strerror}.") from None
    return _proven(data, f"The CA file {path}")


def _proven(data: bytes, what: str) -> str | bytes:
    """Return certificates as OpenSSL takes them, text for PEM."""
    certificates = data.decode("ascii", "ignore") if b"-----BEGIN" in data else data
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=certificates)
    except (ssl.SSLError, ValueError):
        raise ValueError(f"{what} cannot be used: it holds no certificate.") from None
    return certificates
