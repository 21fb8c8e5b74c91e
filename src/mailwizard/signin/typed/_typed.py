"""What all secrets have in common that a person types or pastes."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from mailwizard.model import AuthKind, Credential
from mailwizard.signin.oauth.grant import MARK

if TYPE_CHECKING:
    from mailwizard.knowledge.provider_card import SecretShape

_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "„": "“", "«": "»", "‚": "‘"}
"""Opening quotation marks and what closes them."""
_SMART = frozenset("“”‘’„‚«»")


def read_typed(kind: AuthKind, name: str, text: str, username: str) -> Credential:
    """Make a credential of a user name and a secret as they were typed; only line ends around the secret go.

    Raises:
        ValueError: with one sentence for a person.
    """
    user = username.strip()
    if not user:
        raise ValueError("Type the user name; most often it is the whole mail address.")
    if any(mark in user for mark in "\r\n\0"):
        raise ValueError("The user name has a line break or NUL in it; type it on one line.")
    secret = text.strip("\r\n")
    if not secret.strip():
        raise ValueError(f"Type the {name}; it is empty.")
    if "\r" in secret or "\n" in secret:
        raise ValueError(f"This has more than one line; paste the {name} alone.")
    if secret.lstrip("\ufeff \t").startswith(MARK):
        raise ValueError(f"This is a saved sign-in at a provider, with all its tokens, and no {name}: it goes nowhere.")
    if "\0" in secret:
        raise ValueError(f"The {name} has a NUL character in it, which no server can take.")
    for word, value in (("user name", user), (name, secret)):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError(f"The {word} has bytes in it that are no text; it must be UTF-8.")
    return Credential(user, secret, kind)


def pared(text: str, shape: SecretShape) -> str:
    """Return a pasted secret without quotation marks around it and what is shown for reading only, if that fits.

    What does not fit the shape even then comes back as it was typed, without line ends around it.
    """
    typed = text.strip("\r\n")
    for form in (typed, unquoted(typed)):
        if not shape.refusal(form):
            return shape.clean(form)
    return typed


def unquoted(text: str) -> str:
    """Return the text without a pair of quotation marks around it."""
    bare = text.strip()
    if len(bare) > 2 and _QUOTES.get(bare[0]) == bare[-1]:
        return bare[1:-1]
    return text


def oddities(text: str, name: str) -> list[str]:
    """Return a sentence for each thing about a secret that smells of a slip in pasting."""
    secret = text.strip("\r\n")
    found = []
    if unquoted(secret) != secret:
        found.append(f"There are quotation marks around this {name}; they are sent along as typed.")
    elif _SMART & set(secret):
        found.append(f"This {name} has curly quotation marks in it, as a word processor makes them.")
    if secret != secret.strip() and secret.strip():
        found.append(f"This {name} begins or ends with a blank.")
    if any(unicodedata.category(character) in {"Cf", "Cc", "Zs"} and character != " " for character in secret):
        found.append(f"This {name} has an invisible character in it, as pasting from a web page leaves behind.")
    elif not secret.isascii():
        found.append(f"This {name} has letters beyond ASCII; some servers cannot take them.")
    return found
