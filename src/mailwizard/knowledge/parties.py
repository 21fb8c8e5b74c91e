"""Who can mend something, in the words that the wizard and the commands share."""

from __future__ import annotations

from collections.abc import Sequence

_WORDS = {
    "user": "you",
    "admin": "an administrator of your organization",
    "provider": "the provider",
    "network": "whoever runs this network",
    "recipient": "the recipient's side",
    "client": "mailwizard itself",
    "none": "nobody: waiting helps",
}


def who(parties: Sequence[str]) -> str:
    """Return who can mend it, in words for a person."""
    return ", or ".join(_WORDS.get(party, party) for party in parties)
