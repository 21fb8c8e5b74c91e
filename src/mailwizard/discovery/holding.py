"""What a provider does with mail: hold it where programs can fetch it, hold it for itself, or pass it on."""

from __future__ import annotations

from mailwizard.knowledge.provider_card import ProviderCard, ProviderKind
from mailwizard.model import Failure

_PASSING_ON = frozenset({ProviderKind.GATEWAY, ProviderKind.FORWARDER, ProviderKind.GENERAL})


def passes_on(card: ProviderCard) -> bool:
    """Return whether mail only passes here: a filter or a forwarder, behind which the mailbox is somewhere else."""
    return card.kind in _PASSING_ON


def require_mailboxes(card: ProviderCard) -> None:
    """Check that mail programs can get at the mail here.

    Raises:
        Failure: ``discover.no-client-access``, ``discover.gateway``.
    """
    if passes_on(card):
        raise Failure("discover.gateway", f"{card.name} only passes mail on: the mailbox is somewhere else")
    if not card.servers:
        raise Failure("discover.no-client-access", f"{card.name} has no IMAP, POP or SMTP for its customers")
