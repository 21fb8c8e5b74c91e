"""What an application wants an account for: pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailwizard.model import Candidate


@dataclass(frozen=True, slots=True)
class Purpose:
    """An application at its first run, as the wizard has to know it."""

    name: str
    """What the account will be called, so that the application finds it."""
    title: str
    """What a person calls the application."""
    sends: bool = True
    receives: bool = False

    def lacking(self, incoming: Candidate | None, outgoing: Candidate | None) -> str:
        """Return the sentence that says which server is still missing, or nothing."""
        whole = incoming is not None and incoming.endpoint.protocol.outgoing
        if self.sends and outgoing is None and not whole:
            return f"{self.title} sends mail: choose an outgoing server."
        if self.receives and incoming is None:
            return f"{self.title} reads mail: choose an incoming server."
        return ""
