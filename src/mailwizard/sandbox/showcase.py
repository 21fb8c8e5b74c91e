"""Certificates of many hosts behind one port: which one is shown follows the name that the client asks for."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from mailwizard.sandbox.pki import Authority, Certificate, Showing


class Showcase:
    """A server's TLS context that makes each certificate when it is first asked for (SNI, RFC 6066 section 3)."""

    def __init__(self, authority: Authority, certificates: Mapping[str, Certificate], otherwise: Certificate) -> None:
        self._authority, self._certificates, self._otherwise = authority, certificates, otherwise
        self._made: dict[Certificate, Showing] = {}
        self.context = self._context(otherwise)
        self.context.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, context: ssl.SSLContext) -> None:
        """Show the certificate of the host that is asked for."""
        wanted = self._certificates.get((name or "").lower(), self._otherwise)
        if wanted is not self._otherwise:
            connection.context = self._context(wanted)

    def _context(self, wanted: Certificate) -> Showing:
        """Return a context for a certificate, made once."""
        if wanted not in self._made:
            self._made[wanted] = self._authority.context(wanted)
        return self._made[wanted]
