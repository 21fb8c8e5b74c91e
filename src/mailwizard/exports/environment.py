"""The names under which a program finds an account in its environment: ``.env`` files, ``mailwizard run``."""

from __future__ import annotations

from email.utils import formataddr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwizard.exports.setup import Setup, Side

SECRETS = ("SMTP_PASSWORD", "IMAP_PASSWORD", "POP3_PASSWORD")
"""The variables that hold a secret; never part of a file."""


def variables(setup: Setup) -> dict[str, str]:
    """Return everything but the secrets."""
    named = {"MAIL_ADDRESS": str(setup.address), "MAIL_FROM": sender(setup)}
    if setup.display_name:
        named["MAIL_FROM_NAME"] = setup.display_name
    for side in _sides(setup):
        named.update(_of(side))
    return named


def secrets(setup: Setup) -> dict[str, Side]:
    """Return the variables that hold a secret, with the server that takes it."""
    return {f"{side.endpoint.protocol.upper()}_PASSWORD": side for side in _sides(setup) if side.signs_in}


def sender(setup: Setup) -> str:
    """Return the From as a header has it: in ASCII, but for an address that is none (RFC 6532)."""
    address = str(setup.address)
    if not setup.display_name:
        return address
    name = formataddr((setup.display_name, "a@example.com"), "utf-8").removesuffix(" <a@example.com>")
    # Blanks side by side count as one outside quotes (RFC 5322 section 3.2.2).
    return f'"{name}" <{address}>' if "  " in name and name[0] != '"' else f"{name} <{address}>"


def _sides(setup: Setup) -> Iterator[Side]:
    yield from (side for side in (setup.incoming, setup.outgoing) if side)


def _of(side: Side) -> dict[str, str]:
    name = side.endpoint.protocol.upper()
    if side.endpoint.protocol.web:
        found = {f"{name}_URL": side.endpoint.url}
    else:
        found = {
            f"{name}_HOST": side.endpoint.host,
            f"{name}_PORT": str(side.endpoint.port),
            f"{name}_SECURITY": str(side.endpoint.security),
        }
    if side.signs_in:
        found |= {f"{name}_USERNAME": side.username, f"{name}_AUTH": "xoauth2" if side.tokens else "password"}
    return found
