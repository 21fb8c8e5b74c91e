"""A short code to say over the telephone, which tells whether both sides hold the same file.

Crockford's base 32 (crockford.com/base32.html): no letter that is taken for a digit, capitals or not.
"""

from __future__ import annotations

import hashlib

LENGTH = 12
"""Characters of five bits each: 60 bits."""
_GROUP = 4
_ROUNDS = 20_000
"""How often a guess has to be hashed; with the 60 bits some 2^75 hashes until another file has the same code."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", **dict.fromkeys(" -‐‑–—_.·\t", "")})
"""What is read or heard in place of another character, and what only parts the groups."""
_EXAMPLE = "K7QP-M2XD-9FTR"


def code_of(data: bytes) -> str:
    """Return the code of some bytes, as ``K7QP-M2XD-9FTR``: 60 bits of PBKDF2 over their SHA-256."""
    digest = hashlib.pbkdf2_hmac("sha256", hashlib.sha256(data).digest(), b"mailwizard short code 1", _ROUNDS, 8)
    number = int.from_bytes(digest) >> (64 - 5 * LENGTH)
    letters = "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(LENGTH)))
    return "-".join(letters[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))


def read_code(text: str) -> str:
    """Read a code as it was heard: small letters, an O for a 0, an I or L for a 1, and blanks or dashes anywhere.

    Raises:
        ValueError: with one sentence for a person.
    """
    letters = text[:100].strip().upper().translate(_ALIKE)
    if not letters:
        raise ValueError(f"A code looks like {_EXAMPLE}; ask whoever made the file for it.")
    if wrong := next((letter for letter in letters if letter not in _ALPHABET), ""):
        shown = f"here {wrong}" if wrong.isascii() and wrong.isprintable() else "here something else"
        raise ValueError(f"A code has digits and letters without U only, such as {_EXAMPLE}; {shown}.")
    if len(letters) != LENGTH:
        raise ValueError(f"A code has {LENGTH} characters, such as {_EXAMPLE}; this one has {len(letters)}.")
    return "-".join(letters[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))
