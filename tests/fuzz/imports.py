"""Fuzz what reads other programs' files, and what puts a block into one: accounts or one sentence, and never slow."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.fuzz._running import atheris, run

with atheris.instrument_imports(include=["mailwizard.exports"]):
    from tests.unit import test_imports as made

    from mailwizard.exports.placing import place
    from mailwizard.exports.reading import Found, read, saveable, sources

LIMIT = 0.5
"""Seconds of processor time; the target is slowed down by being watched."""
NAMES = tuple(sources())
FILES = {
    "aerc": (made.AERC,),
    "env": (made.LARAVEL,),
    "himalaya": (made.HIMALAYA_1, made.HIMALAYA_BEFORE, made.HIMALAYA_OLDEST),
    "mbsync": (made.MBSYNC,),
    "msmtp": (made.MSMTP,),
    "mutt": (made.MUTT,),
    "thunderbird": (made.PREFS,),
}
WORDS = (
    b"account ", b"host ", b"passwordeval ", b"defaults", b"set ", b"imap_pass", b"smtp_url", b"folder=", b"imaps://",
    b"smtp://", b"my_hdr Reply-To:", b"source ", b"[accounts.", b"imap.host", b"imap.server", b"auth.raw",
    b"IMAPAccount ",
    b"PassCmd ", b"Pass ", b'user_pref("mail.', b"SMTP_HOST=", b"_PASSWORD=", b"`", b"$", b"\\\n", b"xn--", b"@",
    b"%00", b"=?utf-8?q?", b"# >>> mailwizard: work", b"# <<< mailwizard: work", b"\xe2\x80\xae",
)  # fmt: skip


def target(data: bytes) -> None:
    """Read one input: the first byte chooses who reads it, or that it is a file to write into."""
    if not data:
        return
    begun = time.thread_time()
    try:
        if data[0] == 255:
            written(data[1:])
        else:
            for found in read(NAMES[data[0] % len(NAMES)], data[1:]):
                judged(found)
    except ValueError as wrong:
        assert str(wrong).isprintable() and str(wrong).endswith("."), ascii(str(wrong))
    assert time.thread_time() - begun < LIMIT, "too slow"


def written(before: bytes) -> None:
    """Put a block into a file twice."""
    after = place("one\n", before, "work", "#")
    assert place("one\n", after, "work", "#") == after
    assert len(after) >= len(before) or b"mailwizard: work" in before


def judged(found: Found) -> None:
    """Look at an account as it would be saved."""
    assert not found.secret or found.secret.startswith("cmd:[")
    assert all(note.endswith(".") for note in found.notes)
    saveable(found)


def seeds() -> Iterator[bytes]:
    """Yield a file of every program, and one with a block in it."""
    for number, name in enumerate(NAMES):
        yield from (bytes([number]) + text.encode() for text in FILES[name])
    yield b"\xffmine\n" + place("two\n", b"", "work", "#") + b"mine\n"


if __name__ == "__main__":
    run("imports", target, seeds(), WORDS)
