"""How a card becomes a provider."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mailwizard.knowledge.asking import asks_of, hold_guides
from mailwizard.knowledge.cards import Card, CardError, Section, hold_keys
from mailwizard.knowledge.guidance import Guide, GuideStep
from mailwizard.knowledge.provider_card import (
    Caution,
    DatedFact,
    Grade,
    ProviderCard,
    ProviderKind,
    SecretShape,
    SentCopy,
    ServerFact,
)
from mailwizard.model import AuthKind, Endpoint, Protocol, Security, read_host, read_port

_PER_PROTOCOL = {f"{protocol}{part}" for protocol in Protocol for part in ("", "_username", "_auth")}
_HOSTED = {f"hosted_{protocol}" for protocol in Protocol} | {"hosted_username"}
_TEXT_KEYS = {"name", "kind", "username", "sent_copy", "from_rule", "confidence", "verified"}
_KEYS = (
    _PER_PROTOCOL
    | _HOSTED
    | _TEXT_KEYS
    | {
        "domains",
        "mx",
        "auth",
        "sources",
        "secret",
        "caution",
        "cures",
        "dated",
        "telltales",
        "dkim",
        "spf",
        "forms",
        "references",
        "greetings",
        "issuer",
        "ask",
    }
)
_REQUIRED = ("name", "kind", "confidence", "verified", "sources")


def read_provider(card: Card) -> ProviderCard:
    """Turn a card into a provider.

    Raises:
        CardError: saying what is wrong, without the file's name.
    """
    head = card.head
    hold_keys(head, _KEYS, _REQUIRED)
    hold_guides(head, {section.slug for section in card.sections})
    try:
        return ProviderCard(
            id=card.name,
            name=text(head, "name"),
            kind=ProviderKind(text(head, "kind")),
            domains=texts(head, "domains"),
            mx=texts(head, "mx"),
            servers=tuple(fact for protocol in Protocol for fact in _servers(head, protocol)),
            hosted=tuple(fact for protocol in Protocol for fact in _servers(head, protocol, "hosted_")),
            secret=SecretShape(**only_text(head["secret"])) if "secret" in head else None,
            cautions=tuple(_caution(entry) for entry in head.get("caution", ())),
            cures=tuple(cures(head.get("cures", {}))),
            guides=tuple(guide(card.name, section, head) for section in card.sections),
            about=card.lead,
            sent_copy=SentCopy(head.get("sent_copy", "unknown")),
            from_rule=text(head, "from_rule"),
            confidence=Grade(text(head, "confidence")),
            verified=date.fromisoformat(str(head["verified"])).isoformat(),
            sources=texts(head, "sources"),
            dated=tuple(dated(entry) for entry in head.get("dated", ())),
            telltales=texts(head, "telltales"),
            spf=text(head, "spf"),
            dkim=texts(head, "dkim"),
            forms=texts(head, "forms"),
            greetings=texts(head, "greetings"),
            references=tuple(_place(place) for place in texts(head, "references")),
            issuer=text(head, "issuer"),
        )
    except (TypeError, ValueError, AttributeError) as wrong:
        raise CardError(str(wrong)) from None


def _caution(entry: Mapping[str, Any]) -> Caution:
    """Read what is to be known before anything is tried."""
    told = only_text({key: value for key, value in entry.items() if key != "protocol"})
    return Caution(**told, protocol=tuple(Protocol(protocol) for protocol in texts(entry, "protocol")))


def text(head: Mapping[str, Any], key: str) -> str:
    """Return a text of the head, empty where it is left out."""
    value = head.get(key, "")
    if not isinstance(value, str):
        raise CardError(f"{key!r} is a text, not {value!r}")
    return value


def texts(head: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a list of texts of the head, empty where it is left out."""
    value = head.get(key, [])
    if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
        raise CardError(f"{key!r} is a list of texts, not {value!r}")
    return tuple(value)


def only_text(table: Mapping[str, Any]) -> dict[str, str]:
    """Return a table of the head whose values are all texts."""
    return {key: text(table, key) for key in table}


def _servers(head: Mapping[str, Any], protocol: Protocol, prefix: str = "") -> list[ServerFact]:
    """Read the servers of one protocol: ``HOST:PORT/SECURITY``, or the https address of a web service, best first."""
    keys = ["hosted_username"] if prefix else [f"{protocol}_username", "username"]
    username = next((text(head, key) for key in keys if key in head), "")
    kinds = texts(head, f"{protocol}_auth") or texts(head, "auth")
    facts = []
    for server in texts(head, f"{prefix}{protocol}"):
        marked = server.replace("{domain}", "domain--placeholder.example")
        endpoint = Endpoint.parse(protocol, marked)
        if wrong := _ill_written(server, endpoint):
            raise CardError(f"{wrong}, not {server!r}")
        host = endpoint.host.replace("domain--placeholder.example", "{domain}")
        auth = tuple(AuthKind(kind) for kind in kinds)
        if not auth:
            raise CardError(f"it does not say what sign-in {server} takes")
        facts.append(ServerFact(protocol, host, endpoint.port, endpoint.security, username, auth, endpoint.path))
    return facts


def _ill_written(server: str, endpoint: Endpoint) -> str:
    """Return how a server is to be written that was written otherwise, or nothing."""
    if endpoint.protocol.web:
        return "" if server.startswith("https://") else "a web service is written as its https address"
    whole = endpoint.security is not Security.NONE and server.endswith(f":{endpoint.port}/{endpoint.security}")
    return "" if whole else "a server is written HOST:PORT/tls or HOST:PORT/starttls"


def _place(place: str) -> str:
    """Check that a text is ``HOST:PORT``."""
    host, _, port = place.rpartition(":")
    if place != f"{read_host(host)}:{read_port(port)}":
        raise CardError(f"a reference is written HOST:PORT, not {place!r}")
    return place


def cures(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Read the map of causes to the slugs of guides: one, or several with the first to try first."""
    pairs = []
    for cause, slugs in table.items():
        pairs += [(cause, slug) for slug in ([slugs] if isinstance(slugs, str) else texts(table, cause))]
    return pairs


def guide(card: str, section: Section, head: Mapping[str, Any]) -> Guide:
    """Turn a section of a card's body into a guide, with what the head has to ask about it."""
    if not section.slug:
        raise CardError(f"the section {section.title!r} has no {{#slug}}")
    name = f"{card}.{section.slug}"
    steps = tuple(GuideStep(f"{name}.{number}", text) for number, text in enumerate(section.steps, start=1))
    who = section.attribute("who", "user")
    return Guide(name, section.title, who, section.lead, steps, asks_of(head, section.slug))


def dated(entry: Mapping[str, Any]) -> DatedFact:
    """Read a dated fact; its days are TOML dates."""
    if unknown := sorted(set(entry) - {"text", "since", "until", "cause", "protocol", "auth"}):
        raise CardError(f"nobody reads the key {unknown[0]!r} of a dated fact")
    since, until = (
        date.fromisoformat(str(entry[key])).isoformat() if key in entry else "" for key in ("since", "until")
    )
    protocols = tuple(Protocol(protocol) for protocol in texts(entry, "protocol"))
    kinds = tuple(AuthKind(kind) for kind in texts(entry, "auth"))
    return DatedFact(text(entry, "text"), since, until, text(entry, "cause"), protocols, kinds)
