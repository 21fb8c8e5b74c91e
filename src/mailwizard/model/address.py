"""Mail addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


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
