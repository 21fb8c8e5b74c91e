"""What a card knows about an issuer: who signs people in, where, and for what."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mailwizard.knowledge.guidance import Guide
from mailwizard.knowledge.provider_card import DatedFact
from mailwizard.model import Protocol


class IssuerCard(msgspec.Struct, frozen=True, kw_only=True):
    """One issuer; in its addresses ``{tenant}`` stands for the directory that signs in."""

    id: str
    name: str
    flow: str
    """The module of ``signin/flows`` that speaks its dialect."""
    issuer: str
    """The identifier that its answers name (RFC 8414 section 2, RFC 9207)."""
    authorize: str
    token: str
    device: str
    revoke: str
    """Its endpoints; empty where it has none."""
    scopes: tuple[tuple[str, tuple[str, ...]], ...]
    """For each protocol what has to be asked for."""
    extra: tuple[tuple[str, str], ...] = ()
    """Parameters of the authorization request that are its own."""
    app_scopes: tuple[tuple[str, str], ...] = ()
    """For each protocol what a program asks for that signs in by itself; empty where none can."""
    tenants: tuple[str, ...] = ()
    """The directories to choose from, the usual one first; empty where there are none."""
    graph: str = ""
    """Where its Microsoft Graph is, such as ``https://graph.microsoft.com``; empty where it has none."""
    client_secret: str
    """Whether a registered program has a secret: ``none``, ``optional`` or ``required``."""
    names_itself: bool = False
    """Whether each of its answers in a browser names it (RFC 9207 section 3); one that does not is then none of its."""
    redirect_path: str = ""
    """The path behind ``http://127.0.0.1:PORT`` at which a browser comes back."""
    idle_days: int = 0
    """Days without use after which a grant ends; 0 where that is not known."""
    about: str = ""
    guides: tuple[Guide, ...] = ()
    verified: str = ""
    sources: tuple[str, ...] = ()
    dated: tuple[DatedFact, ...] = ()
    cures: tuple[tuple[str, str], ...] = ()
    """A cause and the slug of a guide that mends it here; the first one of a cause is the one to try first."""

    def scope(self, protocols: tuple[Protocol, ...]) -> tuple[str, ...]:
        """Return what to ask for so that these protocols can be used, each scope once.

        One token is for one service: where their scopes are of several, only those of the first one's are returned
        (https://learn.microsoft.com/entra/identity-platform/scopes-oidc, AADSTS28000).
        """
        told = dict(self.scopes)
        return _of_one_service(scope for protocol in protocols for scope in told.get(protocol, ()))

    def app_scope(self, protocols: tuple[Protocol, ...]) -> tuple[str, ...]:
        """Return what a program asks for that signs in by itself, each scope once, of one service as above."""
        told = dict(self.app_scopes)
        return _of_one_service(told[protocol] for protocol in protocols if protocol in told)

    def guide(self, slug: str) -> Guide | None:
        """Return one of this card's guides by the part of its id after the dot."""
        return next((guide for guide in self.guides if guide.id == f"{self.id}.{slug}"), None)

    def cure(self, cause: str) -> Guide | None:
        """Return the guide to try first for a cause, where this card has one."""
        return next((self.guide(slug) for key, slug in self.cures if key == cause), None)

    def filled(self, address: str, tenant: str) -> str:
        """Return one of its addresses for a directory; the usual one where none is named."""
        usual = self.tenants[0] if self.tenants else ""
        return address.replace("{tenant}", tenant or usual)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the hosts that are asked on its behalf: those of its endpoints but for the page a person opens."""
        named = (self.token, self.device, self.revoke, self.issuer)
        return tuple(dict.fromkeys(address.split("/")[2] for address in named if address.startswith("https://")))


def _of_one_service(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return scopes, each once, without those that belong to another service than the first that belongs to one."""
    wanted = tuple(dict.fromkeys(scopes))
    services = [scope.rpartition("/")[0] for scope in wanted]
    first = next(filter(None, services), "")
    return tuple(scope for scope, service in zip(wanted, services, strict=True) if service in {"", first})
