"""Mail addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_PLAIN = re.compile(
    r"(?P<local>[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@"
    r"(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?\.)+[A-Za-z]{2,20})"
)
"""Addresses as most are; what is none of these is judged by a library."""


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed mail address; ``domain`` is the A-label form, which is what goes on the wire."""

    local: str
    domain: str
    unicode_domain: str
    """The domain as a person reads it; the same as ``domain`` unless it is international."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address as typed or pasted.

        Raises:
            ValueError: with one sentence for a person.
        """
        cleaned = text.strip().strip("<>").strip()
        if cleaned.lower().startswith("mailto:"):
            cleaned = cleaned[len("mailto:") :]
        if not cleaned:
            raise ValueError("Type the mail address, for example alice@example.com.")
        if "@" not in cleaned:
            raise ValueError("A mail address has an @ in it, for example alice@example.com.")
        if plain := _PLAIN.fullmatch(cleaned):
            domain = plain["domain"].lower()
            if len(plain["local"]) <= 64 and len(domain) <= 200 and "--" not in domain:
                return cls(plain["local"], domain, domain)
        from email_validator import EmailNotValidError, validate_email

        if cleaned.endswith("@"):
            raise ValueError("The address lacks its domain, the part after the @.")
        # The library refuses .local and other names that only exist inside a company's network: a label more lets
        # it judge their letters without judging their place.
        try:
            valid = validate_email(f"{cleaned}.example", check_deliverability=False)
        except EmailNotValidError as wrong:
            raise ValueError(f"This is no mail address: {wrong}") from None
        return cls(
            valid.local_part,
            valid.ascii_domain.lower().removesuffix(".example"),
            valid.domain.lower().removesuffix(".example"),
        )

    @classmethod
    def of_username(cls, username: str) -> Self | None:
        """Return the address that a user name is; ``None`` where it is none."""
        try:
            return cls.parse(username) if "@" in username else None
        except ValueError:
            return None

    @property
    def display(self) -> str:
        """Return the address as a person reads it."""
        return f"{self.local}@{self.unicode_domain}"

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"
