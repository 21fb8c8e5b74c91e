"""Put a cause into words for this provider, this server and this address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from mailwizard import knowledge
from mailwizard.diagnosis.reading import Reading
from mailwizard.knowledge.problem import Fix, ProblemCard, Variant
from mailwizard.model import Address, AuthKind, Confidence, Diagnosis

_PLACE = re.compile(
    r"(?P<start>^|\. )?(?P<port>port )?\{(?P<name>address|host|port|domain|provider|issuer|login|from|client|others)\}"
)
_UNKNOWN = {
    "address": "your-address",
    "host": "the server",
    "port": "this port",
    "domain": "your domain",
    "provider": "your provider",
    "issuer": "somebody else",
    "login": "your-address",
    "from": "other-address",
    "client": "your program's client ID",
}
_CLIENT = re.compile(
    r"\b(?:application with (?:id|identifier):?|client_id=) ?'?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b", re.I
)
"""How Microsoft names a program in its errors, and its pages in their addresses."""


_FAMILIES = ((465, 587, 2525), (993, 143), (995, 110))
"""Ports of which one may do what another does: to send, and to fetch over IMAP and POP3."""
REMEMBERED = 4096
"""Texts of cards at a provider that are kept."""
_AS_IT_IS = Variant(())


@dataclass(frozen=True, slots=True)
class Names:
    """What stands for the places in a card's text; what is unknown is said in general words."""

    address: str = ""
    domain: str = ""
    provider: str = ""

    @classmethod
    def of(cls, address: Address | None, provider: str) -> Names:
        """Return the names that are known of an account; ``provider`` is the provider's name for people."""
        return cls(str(address) if address else "", address.domain if address else "", provider)

    def fill(self, text: str, seen: Reading) -> str:
        """Return a text with its places filled."""
        if "{" not in text:
            return text
        facts = dict(seen.facts)
        known: Mapping[str, str] = {
            "address": self.address,
            "domain": self.domain,
            "provider": self.provider,
            "host": seen.host,
            "port": str(seen.port or ""),
            "issuer": facts.get("issuer", ""),
            "login": facts.get("login", self.address),
            "from": facts.get("from", ""),
            "client": facts.get("client-id", "") or _client(seen.text),
            "others": _other_ports(seen.port),
        }

        def put(found: re.Match[str]) -> str:
            start, port, name = found["start"] or "", found["port"] or "", found["name"]
            if known[name]:
                return f"{start}{port}{known[name]}"
            said = _UNKNOWN[name]
            return start + (said.capitalize() if found["start"] is not None else said)

        return _PLACE.sub(put, text)


def _client(text: str) -> str:
    """Return the program's ID out of an error that names it."""
    found = _CLIENT.search(text)
    return found[1] if found else ""


def _other_ports(port: int | None) -> str:
    """Return the ports of the same kind of server that may do where one does not."""
    family = next((family for family in _FAMILIES if port in family), _FAMILIES[0])
    *others, last = (str(other) for other in family if other != port)
    where = " (where it is offered)" if last == "2525" else ""
    return f"{', '.join(others)} or {last}{where}" if others else last


def word(
    card: ProblemCard,
    seen: Reading,
    *,
    names: Names,
    confidence: Confidence,
    guide: str,
    evidence: tuple[int, ...],
    today: str,
) -> Diagnosis:
    """Return a diagnosis in words: why, with what holds today, and the steps for this provider."""
    if card.meanings or card.variants or seen.facts or _advice(card, seen):
        text = _text(card, seen, today)
    else:
        text = _usual_text(card, seen, today if card.dated else "")
    said = text if not text.open else text.filled(names, seen)
    return Diagnosis(
        cause=card.id,
        title=said.title,
        why=said.why,
        fix=said.fix,
        who=said.who,
        confidence=confidence,
        guide=guide,
        evidence=evidence,
        sure=said.sure,
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """What a card says at one provider."""

    title: str
    why: str
    fix: tuple[str, ...]
    who: tuple[str, ...]
    sure: str
    open: bool
    """Whether it has places to fill."""

    def filled(self, names: Names, seen: Reading) -> _Text:
        """Return the text with its places filled."""
        steps = tuple(names.fill(step, seen) for step in self.fix)
        title, why, sure = (names.fill(part, seen) for part in (self.title, self.why, self.sure))
        return _Text(title, why, steps, self.who, sure, open=False)


_USUAL_TEXTS: dict[tuple[str, str, str], tuple[ProblemCard, _Text]] = {}


def _usual_text(card: ProblemCard, seen: Reading, today: str) -> _Text:
    """Return what a card says at a provider on a day where nothing depends on what was seen; found out once."""
    key = card.id, seen.provider, today
    kept = _USUAL_TEXTS.get(key)
    if kept is None or kept[0] is not card:
        if len(_USUAL_TEXTS) >= REMEMBERED:
            _USUAL_TEXTS.clear()
        kept = _USUAL_TEXTS[key] = card, _text(card, seen, today)
    return kept[1]


def _advice(card: ProblemCard, seen: Reading) -> list[str]:
    """Return what to say to old advice that somebody brings along."""
    if not card.advice:
        return []
    said = " ".join(seen.text.lower().split())
    return [entry.text for entry in card.advice if entry.fits(said)]


def _text(card: ProblemCard, seen: Reading, today: str) -> _Text:
    """Return what a card says, with what holds today and what was seen here."""
    dated = [entry.text for entry in card.dated if entry.holds(today)]
    advice = _advice(card, seen)
    meaning = [text for code, text in card.meanings if code == seen.code]
    seen_here = [value for name, value in seen.facts if name == f"why:{card.id}"]
    known = variant(card, seen)
    fix = known.fix or tuple(step for fix in fixes(card, seen.provider) for step in steps(fix))
    title, why = known.title or card.title, "\n\n".join([*advice, *meaning, known.why or card.why, *dated, *seen_here])
    sure = known.sure or card.sure
    places = "{" in title or "{" in why or "{" in sure or any("{" in step for step in fix)
    return _Text(title, why, fix, known.who or card.who, sure, places)


def variant(card: ProblemCard, seen: Reading) -> Variant:
    """Return how a card reads with what is known; an empty variant where it reads as it is."""
    if not card.variants:
        return _AS_IT_IS
    known = dict(seen.facts) | {"wants": wanted(seen.provider)}
    fitting = (one for one in card.variants if all(known.get(name) == value for name, value in one.fact))
    return next(fitting, _AS_IT_IS)


@lru_cache(maxsize=256)
def wanted(provider: str) -> str:
    """Return the kind of secret that a provider makes for programs where it takes no account password, or nothing."""
    card = knowledge.provider(provider) if provider else None
    kinds = {kind for server in card.servers for kind in server.auth} if card else set()
    made = AuthKind.APP_PASSWORD in kinds and AuthKind.PASSWORD not in kinds
    return AuthKind.APP_PASSWORD.value if made else ""


def fixes(card: ProblemCard, provider: str) -> tuple[Fix, ...]:
    """Return the fixes for a provider: those written for it before the general ones, none of another's."""
    own = tuple(fix for fix in card.fixes if provider and provider in fix.provider)
    general = tuple(fix for fix in card.fixes if not fix.provider)
    return own or general


_BY = {
    "admin": "Admin: ",
    "provider": "Provider: ",
    "network": "Network admin: ",
    "recipient": "Recipient: ",
}


def steps(fix: Fix) -> tuple[str, ...]:
    """Return the steps of a fix, with whose they are where that is not the person's own."""
    whose = "" if "user" in fix.who else next((_BY[who] for who in fix.who if who in _BY), "")
    return tuple(whose + step for step in fix.steps)
