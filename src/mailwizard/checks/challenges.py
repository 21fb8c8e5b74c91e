"""What a server says in a challenge-response exchange: enough to try passwords on, without asking it again."""

from __future__ import annotations

import base64
import binascii
import re

from mailwizard.checks.sasl import decoded, served
from mailwizard.model import Failure
from mailwizard.net import Line

_WORD = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")
_ERROR = re.compile(r"\s*ZT[0-3]")
"""How base64 of ``e=`` begins, the reason of a refusal (RFC 5802 section 7)."""
_PART = re.compile(rb"(?:v=|r=|s=|NTLMSSP\0)")


def challenge(line: Line, mechanism: str, *pieces: str) -> bytes:
    """Return what a challenge holds; no transcript has it where the mechanism proves the secret without showing it.

    What other mechanisms ask stays readable: a prompt, or the reason of a refusal. So does a SCRAM error. ``pieces``
    are what stood on each line of the reply.

    Raises:
        Failure: ``reply.garbled`` where it is no base64.
    """
    text = "".join(pieces)
    if not _proves(mechanism):
        return decoded(text)
    if not _ERROR.match(text):
        for piece in pieces:
            line.conceal(piece.strip())
    try:
        return decoded(text)
    except Failure:
        raise Failure("reply.garbled", f"a challenge of {mechanism} that is no base64") from None


def conceal_proof(line: Line, mechanism: str, text: str) -> None:
    """Hide a server's proof that comes along with its last word, where the mechanism has one."""
    for word in _WORD.findall(text) if mechanism and _proves(mechanism) else ():
        try:
            known = _PART.match(base64.b64decode(word, validate=True))
        except binascii.Error:
            continue
        if known:
            line.conceal(word)


def _proves(mechanism: str) -> bool:
    """Return whether a mechanism keeps its secret off the line; one that nobody here knows is taken to do so."""
    return all(not one.SHOWS_SECRET for one in served() if mechanism == one.NAME)
