"""Let another machine's browser sign in: a request out, a sealed answer back, both as short lines to copy.

The request holds nothing secret. The answer is sealed to a key that lives for one sign-in (X25519, HKDF, AES-256-GCM),
so that it may pass through a clipboard and stay in a scroll-back. Each line carries its number and a checksum.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer

LINE = 76
"""Characters of a line, so that no terminal breaks it."""
_CHUNK = 56
_MOST = 99
_INFO = b"mailwizard authorize 1"
_URL = re.compile(r"[!-\[\]-~]+")
"""What every program reads as the same address: behind a backslash a browser sees another host than we do."""
_WORDS = {"q": "request", "a": "answer"}
_LINE = re.compile(r"mw1([qa])(\d\d)/(\d\d):([A-Za-z0-9_-]+):([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the other machine is to do: open a page, and seal what comes back."""

    url: str = field(repr=False)
    """The page to open: outside text, with the state in it."""
    redirect: str
    state: str = field(repr=False)
    key: bytes
    """The public key of this sign-in."""
    issuer: str = ""


class OneTimeKey:
    """The key to which an answer is sealed; it is gone with the object."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        self._private = X25519PrivateKey.generate()

    @property
    def public(self) -> bytes:
        """Return what may be shown."""
        return self._private.public_key().public_bytes_raw()

    def request(self, authorization: Authorization) -> tuple[str, ...]:
        """Return the lines to paste into ``mailwizard authorize`` on a machine with a browser."""
        told = {
            "url": authorization.url,
            "redirect": authorization.redirect,
            "state": authorization.state,
            "issuer": authorization.issuer,
            "key": base64.b64encode(self.public).decode(),
        }
        return _lines("q", zlib.compress(json.dumps(told).encode()))

    def open(self, text: str) -> CallbackAnswer:
        """Return the answer that was sealed on the other machine.

        Raises:
            ValueError: with one sentence that names the damaged line, or the answer to another request.
        """
        sealed = _joined("a", text)
        try:
            opened = json.loads(_unsealed(self._private, sealed))
            return CallbackAnswer(str(opened["code"]), str(opened["state"]), str(opened.get("issuer", "")))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ValueError(
                "This answer belongs to another request. Run mailwizard authorize again with the lines shown here."
            ) from None


def read_request(text: str) -> Asked:
    """Read what ``mailwizard authorize`` is to do.

    Raises:
        ValueError: with one sentence that names the damaged line, or what makes the request unfit.
    """
    try:
        told: dict[str, Any] = json.loads(_inflated(_joined("q", text)))
        key = base64.b64decode(str(told["key"]), validate=True)
        asked = Asked(str(told["url"]), str(told["redirect"]), str(told["state"]), key, str(told["issuer"]))
    except (json.JSONDecodeError, KeyError, TypeError, binascii.Error, UnicodeDecodeError, RecursionError):
        raise ValueError("These lines are no request of mailwizard.") from None
    try:
        page, back = urlsplit(asked.url), urlsplit(asked.redirect)
        _ = page.port, back.port  # they are read only when they are asked for, and raise then
    except ValueError:
        raise ValueError("These lines are no request of mailwizard.") from None
    if page.scheme != "https" or not page.hostname or not asked.state or not _URL.fullmatch(asked.url):
        raise ValueError("These lines are no request of mailwizard.")
    seal(asked, CallbackAnswer("", ""))  # a key to which nothing can be sealed is known before anybody signs in
    if back.scheme != "http" or back.hostname != "127.0.0.1":
        raise ValueError(f"This request leads back to {clean(asked.redirect, 100)} and not to this machine.")
    return asked


def page_host(asked: Asked) -> str:
    """Return the host on whose page the person signs in, as it can be shown."""
    return clean(urlsplit(asked.url).hostname or "", 100)


def seal(asked: Asked, answer: CallbackAnswer) -> tuple[str, ...]:
    """Return the lines to paste back; nobody but who asked can read them."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    told = json.dumps({"code": answer.code, "state": answer.state, "issuer": answer.issuer}).encode()
    once = X25519PrivateKey.generate()
    ours = once.public_key().public_bytes_raw()
    try:
        shared = once.exchange(X25519PublicKey.from_public_bytes(asked.key))
    except ValueError:
        raise ValueError("These lines are no request of mailwizard.") from None
    # The key is used once, so a constant nonce meets it once.
    return _lines("a", ours + AESGCM(_key(shared, asked.key, ours)).encrypt(bytes(12), told, _INFO))


def _unsealed(private: Any, sealed: bytes) -> bytes:
    """Return what was sealed to our key.

    Raises:
        ValueError: where it was sealed to another one, or is damaged.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    theirs = sealed[:32]
    shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
    key = _key(shared, private.public_key().public_bytes_raw(), theirs)
    try:
        return AESGCM(key).decrypt(bytes(12), sealed[32:], _INFO)
    except InvalidTag:
        raise ValueError("sealed to another key") from None


def _key(shared: bytes, asked: bytes, sealing: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(hashes.SHA256(), 32, asked + sealing, _INFO).derive(shared)


def _lines(kind: str, data: bytes) -> tuple[str, ...]:
    text = base64.urlsafe_b64encode(data).decode().rstrip("=")
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    if len(chunks) > _MOST:
        raise Failure("oauth.too-long", "the address of the sign-in page is too long to be handed over")
    heads = [f"mw1{kind}{at:02}/{len(chunks):02}:{chunk}" for at, chunk in enumerate(chunks, 1)]
    return tuple(f"{head}:{_sum(head)}" for head in heads)


def _sum(head: str) -> str:
    return f"{zlib.crc32(head.encode()):08x}"


def _joined(kind: str, text: str) -> bytes:
    """Return what the lines hold, in whatever order and with whatever between them they were pasted.

    Raises:
        ValueError: with one sentence that names the lines that are damaged or missing.
    """
    word = _WORDS[kind]
    if len(text) > 200 * _MOST:
        raise ValueError(f"This is far more than a {word}. Paste its lines alone.")
    found: dict[int, str] = {}
    totals: set[int] = set()
    damaged: list[int] = []
    for line in re.split(r"[\r\n]+", text):
        bare = "".join(line.split()).lstrip(">|")
        if not bare.startswith("mw1"):
            continue
        match = _LINE.fullmatch(bare)
        number = re.match(r"mw1[qa](\d\d)", bare)
        if match is None or _sum(bare.rpartition(":")[0]) != match[5]:
            damaged.append(int(number[1]) if number else 0)
            continue
        if match[1] != kind:
            raise ValueError(f"These are the lines of the {_WORDS[match[1]]}. Paste those of the {word}.")
        found[int(match[2])] = match[4]
        totals.add(int(match[3]))
    _refuse_gaps(found, totals, [number for number in damaged if number not in found], word)
    coded = "".join(found[number] for number in sorted(found))
    try:
        return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
    except binascii.Error:
        raise ValueError(f"These lines are no {word} of mailwizard.") from None


def _refuse_gaps(found: dict[int, str], totals: set[int], damaged: list[int], word: str) -> None:
    """Refuse lines that do not make a whole.

    Raises:
        ValueError: with one sentence.
    """
    if damaged:
        again = sorted(set(damaged))
        which, be = _named([str(number) if number else "?" for number in again])
        them, ends = ("it", "its end") if len(again) == 1 else ("them", "their ends")
        raise ValueError(f"{which} {be} damaged: copy {them} once more, from mw1 to {ends}, and paste all lines again.")
    if not found:
        raise ValueError(f"This holds no {word} of mailwizard; its lines begin with mw1.")
    if len(totals) > 1:
        raise ValueError("These lines belong to two different sign-ins. Paste those of the last one.")
    (total,) = totals
    if max(found) > total:
        raise ValueError("These lines belong to two different sign-ins. Paste those of the last one.")
    missing = [str(number) for number in range(1, total + 1) if number not in found]
    if missing:
        which, be = _named(missing)
        raise ValueError(f"{which} of {total} {be} missing. Paste all {total} lines.")


def _named(numbers: list[str]) -> tuple[str, str]:
    """Return lines by their numbers, and the verb that agrees with them."""
    if len(numbers) == 1:
        return f"Line {numbers[0]}", "is"
    return f"Lines {', '.join(numbers[:-1])} and {numbers[-1]}", "are"


def _inflated(data: bytes) -> bytes:
    """Return what was packed, up to a few times its usual size.

    Raises:
        ValueError: where it is damaged or far too large.
    """
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, 64 * 1024)
    except zlib.error:
        raise ValueError("These lines are no request of mailwizard.") from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError("These lines are no request of mailwizard.")
    return text
