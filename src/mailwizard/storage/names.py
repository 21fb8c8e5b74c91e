"""What an account or a server may be called; its name is also its file's name."""

from __future__ import annotations

from mailwizard.model import Address


def read_name(text: str) -> str:
    """Read a name. Raises :class:`ValueError` with one sentence for a person."""
    raise NotImplementedError


def suggest_name(address: Address) -> str:
    """Return the name an account gets unless a person chooses: the address, made safe."""
    raise NotImplementedError
