"""What is known about one mail provider."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from enum import StrEnum

import msgspec

from mailwizard.knowledge.guidance import Guide
from mailwizard.model import Address, AuthKind, Candidate, Endpoint, Protocol, Security, Trust


class ProviderKind(StrEnum):
    """What a provider is for; a gateway or forwarder holds no mailbox, and ``general`` stands for no one provider."""

    CONSUMER = "consumer"
    BUSINESS = "business"
    ISP = "isp"
    RELAY = "relay"
    TESTING = "testing"
    GATEWAY = "gateway"
    FORWARDER = "forwarder"
    GENERAL = "general"


class SentCopy(StrEnum):
    """Where a copy of a sent message comes from."""

    AUTO = "auto"
    """The provider saves one by itself; a program that saves another makes two."""
    CLIENT = "client"
    """The program has to save it."""
    OPTIONAL = "optional"
    """A setting of the account decides."""
    NONE = "none"
    """There is no mailbox to save it in."""
    UNKNOWN = "unknown"


class Grade(StrEnum):
    """How sure a card is of its servers."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def filled(form: str, address: Address) -> str:
    """Return a user name of a form: ``full``, ``local`` or a template.

    ``{realm}`` in a template is the first label of the domain in capitals, as Windows domains are mostly called.
    """
    template = {"full": "{address}", "local": "{local}"}.get(form, form)
    realm = address.domain.partition(".")[0].upper()
    values = {"{address}": str(address), "{local}": address.local, "{domain}": address.domain, "{realm}": realm}
    return re.sub(r"\{(?:address|local|domain|realm)\}", lambda found: values[found[0]], template)


class ServerFact(msgspec.Struct, frozen=True):
    """A server of a provider; ``host`` and ``username`` may hold ``{domain}``, ``{local}`` and ``{address}``."""

    protocol: Protocol
    host: str
    port: int
    security: Security
    username: str
    """``full``, ``local``, a template, or nothing where the provider hands out a name of its own."""
    auth: tuple[AuthKind, ...]
    path: str = ""
    """Where on the host it is; only a web service has one."""

    def endpoint(self, address: Address) -> Endpoint:
        """Return where this server is for an address."""
        host = self.host.replace("{domain}", address.domain)
        return Endpoint(self.protocol, host, self.port, self.security, self.path)

    def login(self, address: Address) -> str:
        """Return the login name for an address, or nothing where it cannot be told from it."""
        return filled(self.username, address)


class Caution(msgspec.Struct, frozen=True):
    """Something that must be switched on first, or that cannot work here, known before anything is tried."""

    cause: str
    text: str
    guide: str = ""
    """The slug of this card's guide that helps."""
    protocol: tuple[Protocol, ...] = ()
    """The protocols that it is about; all of them where empty."""

    def about(self, protocols: Collection[Protocol]) -> bool:
        """Return whether it is about one of these protocols; about any where none is known yet."""
        return not self.protocol or not protocols or bool(set(self.protocol) & set(protocols))


class SecretShape(msgspec.Struct, frozen=True):
    """What a provider's separate secret for programs looks like, so that a wrong paste is seen before it is sent."""

    name: str
    """What the provider calls it, such as ``app password``."""
    pattern: str
    """A regular expression for the whole secret once it is cleaned."""
    strip: str
    """Characters that are shown for reading only."""
    sentence: str
    """What to say of something that cannot be one; ``{count}`` is how many characters were typed."""

    def clean(self, text: str) -> str:
        """Return a pasted secret without what is shown for reading only."""
        return "".join(character for character in text.strip() if character not in self.strip)

    def refusal(self, text: str) -> str:
        """Return a sentence for a person if this cannot be the secret, else nothing; never the text itself."""
        cleaned = self.clean(text)
        if re.fullmatch(self.pattern, cleaned):
            return ""
        count = len(text.strip())
        characters = "1 character" if count == 1 else f"{count} characters"
        return self.sentence.replace("{count}", characters)


class DatedFact(msgspec.Struct, frozen=True):
    """A sentence that holds from one day (included) to another (excluded); an empty day is no limit."""

    text: str
    since: str = ""
    until: str = ""
    cause: str = ""
    """What a sign-in that works is warned of while the sentence holds; empty where it is only told."""
    protocol: tuple[Protocol, ...] = ()
    """The protocols that are warned; all of them where empty."""
    auth: tuple[AuthKind, ...] = ()
    """The kinds of sign-in that are warned; all of them where empty."""

    def holds(self, day: date) -> bool:
        """Return whether the sentence is true on a day."""
        return (not self.since or self.since <= day.isoformat()) and (not self.until or day.isoformat() < self.until)

    def warns(self, day: date, protocol: Protocol, kind: AuthKind) -> bool:
        """Return whether a sign-in that works on a day is to be warned, because it will not for long."""
        meant = (not self.protocol or protocol in self.protocol) and (not self.auth or kind in self.auth)
        return bool(self.cause) and meant and self.holds(day)


class ProviderCard(msgspec.Struct, frozen=True):
    """All that is known about one provider; servers are in order of preference within each protocol."""

    id: str
    name: str
    kind: ProviderKind
    domains: tuple[str, ...]
    mx: tuple[str, ...]
    """Suffixes of mail exchanger names, matched on label boundaries."""
    servers: tuple[ServerFact, ...]
    hosted: tuple[ServerFact, ...]
    """The servers for customers' own domains, where these differ."""
    secret: SecretShape | None
    cautions: tuple[Caution, ...]
    cures: tuple[tuple[str, str], ...]
    """A cause and the slug of a guide that mends it here; the first one of a cause is the one to try first."""
    guides: tuple[Guide, ...]
    about: str
    """A paragraph for a person; may be empty."""
    sent_copy: SentCopy
    from_rule: str
    confidence: Grade
    verified: str
    sources: tuple[str, ...]
    dated: tuple[DatedFact, ...]
    telltales: tuple[str, ...] = ()
    """Words in lower case that give this provider away in an error message, beside the names of its servers."""
    forms: tuple[str, ...] = ()
    """The forms of user names that it documents beside the usual one, most usual first."""
    greetings: tuple[str, ...] = ()
    """Words in lower case with which its servers greet, where anybody may run them."""
    references: tuple[str, ...] = ()
    """Servers of its own (``host:port``) that are known to answer everybody, with which a dead one can be compared."""
    issuer: str = ""
    """The id of the issuer that signs its people in with a browser; empty where there is none."""

    spf: str = ""
    """What names its servers in the SPF record of a customer's own domain, such as ``include:_spf.example.com``."""
    dkim: tuple[str, ...] = ()
    """The selectors that it usually gives the DKIM keys of customers' own domains."""

    def candidates(self, address: Address) -> tuple[Candidate, ...]:
        """Return what this card proposes for an address, best first within each protocol."""
        trust = Trust.PUBLISHED if self.confidence is Grade.LOW else Trust.CURATED
        why = f"{self.name}'s own servers, checked {self.verified}."
        if self.confidence is Grade.LOW:
            why = f"{self.name}'s servers, which rest on few or old sources."
        servers = self.hosted if self.hosted and address.domain not in self.domains else self.servers
        return tuple(
            Candidate(fact.endpoint(address), fact.login(address), fact.auth, "cards", trust, why, self.id, place)
            for place, fact in enumerate(servers)
        )

    def has(self, host: str) -> bool:
        """Return whether a server of this name is the provider's."""
        return any(fact.host == host for fact in (*self.servers, *self.hosted))

    def guide(self, slug: str) -> Guide | None:
        """Return one of this card's guides by the part of its id after the dot."""
        return next((guide for guide in self.guides if guide.id == f"{self.id}.{slug}"), None)

    def cure(self, cause: str) -> Guide | None:
        """Return the guide to try first for a cause, where this card has one."""
        return next((self.guide(slug) for key, slug in self.cures if key == cause), None)

    def today(self, day: date, protocols: Collection[Protocol] = ()) -> tuple[str, ...]:
        """Return the dated facts that hold on a day, and are about one of these protocols where any is named."""
        meant = [
            fact for fact in self.dated if not (protocols and fact.protocol) or set(fact.protocol) & set(protocols)
        ]
        return tuple(fact.text for fact in meant if fact.holds(day))
