"""What a shell may offer where an argument is typed: a few fixed words, files, or names that are looked up then."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable

Titled = Iterable[tuple[str, str]]
"""Words with a title each, which may be empty."""

FILES, FOLDERS = "files", "folders"

_BY_METAVAR: dict[str, str | tuple[str, ...]] = {
    "ACCOUNT": "accounts",
    "ADDRESS|ACCOUNT": "accounts",
    "DIR": FOLDERS,
    "FILE": FILES,
    "ISSUER": "issuers",
    "PATH": FILES,
    "PROVIDER": "providers",
    "SCENARIO": "scenarios",
    "SERVER": "servers",
    "SCOPE": ("user", "host", "organization:"),
    "STORE": ("keyring", "vault", "pass"),
}
"""What the word for an argument says of it in every command's help."""


def offer(argument: argparse.Action, what: str | tuple[str, ...]) -> None:
    """Let a kind of names, or words, be offered for an argument whose word in the help does not say it already."""
    argument.offers = what  # type: ignore[attr-defined]


def offered(argument: argparse.Action) -> str | tuple[str, ...]:
    """Return what is offered for an argument: a kind, or the words themselves; empty where only its user knows."""
    if words := getattr(argument.type, "words", ()):
        return tuple(word for word in words if " " not in word)
    return getattr(argument, "offers", "") or _BY_METAVAR.get(str(argument.metavar), "")


def _accounts() -> Titled:
    from mailwizard.storage import profiles

    return ((name, "") for name in profiles.names())


def _causes() -> Titled:
    from mailwizard import knowledge

    return ((card.id, card.title) for card in knowledge.problems().values())


def _faults() -> Titled:
    from mailwizard.sandbox import FAULT, all_faults

    return ((f"{FAULT}{name}", f"{one.protocol.upper()} server, step {one.step}") for name, one in all_faults().items())


def _guides() -> Titled:
    from mailwizard import knowledge
    from mailwizard.faces.help import heading, pages

    guides = ((guide.id, guide.title) for guide in knowledge.guides())
    named = ((page.id, f"{page.code} {heading(page)}") for page in pages().values())
    return (*guides, *_providers(), *_causes(), *named)


def _issuers() -> Titled:
    from mailwizard import knowledge

    return ((name, card.name) for name, card in knowledge.issuers().items())


def _programs() -> Titled:
    from mailwizard.exports import targets

    return ((name, "") for name in targets())


def _providers() -> Titled:
    from mailwizard import knowledge

    return ((card.id, card.name) for card in knowledge.providers().values())


def _scenarios() -> Titled:
    from mailwizard.sandbox import labels

    return labels().items()


def _servers() -> Titled:
    from mailwizard.storage import servers

    return ((name, "") for name in servers.names())


def _sources() -> Titled:
    from mailwizard.exports.reading import sources

    return ((name, "") for name in sources())


KINDS: dict[str, Callable[[], Titled]] = {
    "accounts": _accounts,
    "causes": _causes,
    "faults": _faults,
    "guides": _guides,
    "issuers": _issuers,
    "programs": _programs,
    "providers": _providers,
    "scenarios": _scenarios,
    "servers": _servers,
    "sources": _sources,
}
"""What looks a kind of names up; nothing of it asks a network."""
