"""How a card becomes an issuer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mailwizard.knowledge.asking import hold_guides
from mailwizard.knowledge.cards import Card, CardError, hold_keys
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.knowledge.provider_head import cures, dated, guide, only_text, text, texts
from mailwizard.model import Protocol

_ADDRESSES = ("issuer", "authorize", "token", "device", "revoke", "graph")
_SECRETS = ("none", "optional", "required")
_REQUIRED = ("name", "flow", "token", "scopes", "verified", "sources")
_KEYS = {
    *_ADDRESSES,
    *_REQUIRED,
    *(
        "extra",
        "app_scopes",
        "tenants",
        "client_secret",
        "redirect_path",
        "names_itself",
        "idle_days",
        "dated",
        "cures",
        "ask",
    ),
}


def read_issuer(card: Card) -> IssuerCard:
    """Turn a card into an issuer.

    Raises:
        CardError: saying what is wrong, without the file's name.
    """
    head = card.head
    hold_keys(head, _KEYS, _REQUIRED)
    hold_guides(head, {section.slug for section in card.sections})
    addresses = {key: text(head, key) for key in _ADDRESSES}
    if wrong := [key for key, value in addresses.items() if value and not value.startswith("https://")]:
        raise CardError(f"{wrong[0]!r} is an https address")
    if (secret := text(head, "client_secret") or "optional") not in _SECRETS:
        raise CardError(f"'client_secret' is one of {', '.join(_SECRETS)}, not {secret!r}")
    try:
        return IssuerCard(
            id=card.name,
            name=text(head, "name"),
            flow=text(head, "flow"),
            **addresses,
            scopes=tuple((_protocol(key), texts(head["scopes"], key)) for key in head["scopes"]),
            extra=tuple(only_text(head.get("extra", {})).items()),
            app_scopes=tuple((_protocol(key), value) for key, value in only_text(head.get("app_scopes", {})).items()),
            tenants=texts(head, "tenants"),
            client_secret=secret,
            redirect_path=text(head, "redirect_path"),
            names_itself=_flag(head, "names_itself"),
            idle_days=_days(head),
            about=card.lead,
            guides=tuple(guide(card.name, section, head) for section in card.sections),
            verified=date.fromisoformat(str(head["verified"])).isoformat(),
            sources=texts(head, "sources"),
            dated=tuple(dated(entry) for entry in head.get("dated", ())),
            cures=_cures(card),
        )
    except (TypeError, ValueError, AttributeError) as wrong:
        raise CardError(str(wrong)) from None


def _protocol(key: str) -> str:
    return Protocol(key).value


def _cures(card: Card) -> tuple[tuple[str, str], ...]:
    slugs = {section.slug for section in card.sections}
    pairs = cures(card.head.get("cures", {}))
    if lost := [slug for _, slug in pairs if slug not in slugs]:
        raise CardError(f"there is no guide {lost[0]!r} for a cure")
    return tuple(pairs)


def _flag(head: Mapping[str, Any], key: str) -> bool:
    value = head.get(key, False)
    if not isinstance(value, bool):
        raise CardError(f"{key!r} is true or false, not {value!r}")
    return value


def _days(head: Mapping[str, Any]) -> int:
    value = head.get("idle_days", 0)
    if not isinstance(value, int) or value < 0:
        raise CardError(f"'idle_days' is a number of days, not {value!r}")
    return value
