"""How one Exchange server is set up: which sign-ins it offers, which user names it takes, what it calls itself.

What each kind answers to a request without a sign-in: MicrosoftDocs/OfficeDocs-Exchange (hybrid-modern-auth,
hybrid-mail-flow troubleshooting) for a company's own server, and for Exchange Online what clients recorded of it
(``trusted_issuers``, ``x-ms-diagnostics``; the wordings of the latter are those of Microsoft.Exchange.Security.OAuth).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

_OFFICE = (
    'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", '
    'trusted_issuers="00000001-0000-0000-c000-000000000000@*", '
    'token_types="app_asserted_user_v1 service_asserted_app_v1", '
    'authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
)


class Form(StrEnum):
    """A form in which a user name may come."""

    NETBIOS = "netbios"
    """``COMPANY\\alice``."""
    DNS = "dns"
    """``company.com\\alice``."""
    UPN = "upn"
    """``alice@company.com``."""
    BARE = "bare"
    """``alice``, where the server knows the domain itself."""


class Protection(StrEnum):
    """Whether a sign-in by NTLM has to be tied to the connection that it comes over (Extended Protection)."""

    OFF = "off"
    ALLOWED = "allowed"
    """A tie that is there has to fit."""
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class ExchangeManners:
    """One server's ways."""

    domain: str
    """The domain whose people have mailboxes here; empty for a server of everybody."""
    netbios: str = ""
    """The short name of that domain."""
    offers: tuple[str, ...] = ("Negotiate", "NTLM", "Basic")
    """The ways to sign in, in order; ``Negotiate`` is spoken with NTLM in it, not with Kerberos."""
    forms: frozenset[Form] = frozenset({Form.NETBIOS, Form.DNS, Form.UPN})
    protection: Protection = Protection.OFF
    build: str = "15.2.1544.11"
    """Its version: 15.2 is Exchange 2019 and Subscription Edition, 15.20 is Exchange Online."""
    machine: str = "EX01"

    def challenges(self, host: str, *, refused: bool = False) -> tuple[tuple[str, str], ...]:
        """Return the headers that offer ways to sign in; ``refused`` where a token was not taken."""
        told = []
        for way in self.offers:
            value = {"Basic": f'Basic realm="{host}"', "Bearer": _OFFICE}.get(way, way)
            if way == "Bearer" and refused:
                value += ', error="invalid_token"'
            told.append(("WWW-Authenticate", value))
        return tuple(told)

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """Return the headers of every answer."""
        return (
            ("Server", "Microsoft-IIS/10.0"),
            ("request-id", str(uuid4())),
            ("X-FEServer", self.machine),
            ("X-Powered-By", "ASP.NET"),
        )

    def local(self, user: str, domain: str) -> str:
        """Return whom a user name means, the part before the @ of an address here; empty where it is not taken."""
        form, name = self._form(user, domain)
        return name if form in self.forms else ""

    def _form(self, user: str, domain: str) -> tuple[Form | None, str]:
        if domain:
            known = {self.netbios.lower(): Form.NETBIOS, self.domain.lower(): Form.DNS}
            return known.get(domain.lower()), user.lower()
        name, mark, where = user.lower().rpartition("@")
        if mark:
            return (Form.UPN if where == self.domain.lower() else None), name
        return Form.BARE, where


ONLINE = ExchangeManners("", offers=("Bearer",), build="15.20.9115.20", machine="AM0PR04CA0012")
"""Exchange Online: tokens alone, since Basic ended there."""
