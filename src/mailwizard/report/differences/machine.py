"""The machines: system, Python, libraries, version of the program, terminal, and what they trust."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard.report.difference import HINT, POSSIBLE, Difference, Found, absent, compared
from mailwizard.report.pairs import Pair

_CRYPTO = ("openssl", "libressl", "cryptography")
_PLAIN = (
    ("system", "system", "system"),
    ("distribution", "distribution", "distribution"),
    ("python", "Python", "python"),
    ("locale", "locale", "locale"),
    ("time-zone", "time zone", "time_zone"),
    ("terminal", "terminal", "terminal"),
)
"""Slug, label and field of what a machine says of itself."""
_TLS = ("tls.version", "tls.handshake", "tls.weak", "tls.cipher")


def find(pair: Pair) -> Iterator[Found]:
    """Yield what differs in the machines; of these only what encrypts may explain anything."""
    yield from compared("version", "made with", *(side.report.maker for side in pair.sides))
    for slug, label, field in _PLAIN:
        yield from compared(slug, label, *(getattr(side.environment, field) for side in pair.sides))
    yield from _libraries(pair)
    trusted = [", ".join(sorted(f"{n}={v}" for n, v in side.environment.authorities)) for side in pair.sides]
    yield from _replaced(pair, *trusted)


def _libraries(pair: Pair) -> Iterator[Found]:
    """Yield the libraries whose versions differ, those that encrypt first."""
    a, b = (dict(side.environment.libraries) for side in pair.sides)
    parting = next((one for one in pair.partings if one.bad.code.startswith(_TLS)), None)
    for name in sorted(a.keys() & b.keys(), key=lambda name: (not name.lower().startswith(_CRYPTO), name)):
        if a[name] == b[name]:
            continue
        points, said = 0, ""
        if parting is not None and parting.same_host and name.lower().startswith(_CRYPTO):
            points = POSSIBLE
            said = f"The machines encrypt with different versions of {name}: {a[name]} in A, {b[name]} in B."
        yield Difference(f"library-{name.lower()}", name, a[name], b[name], "", points, said)


def _replaced(pair: Pair, a: str, b: str) -> Iterator[Found]:
    """Yield whom the machines trust instead of their system's authorities."""
    parting = next((one for one in pair.partings if one.bad.code.startswith("tls.")), None)
    for found in absent("trust", "authorities in place of the system's", a, b):
        if isinstance(found, Difference) and parting is not None and parting.same_host:
            said = "The machines trust different authorities: a variable names other ones than the system's."
            yield Difference(found.slug, found.label, a or "none", b or "none", "", HINT + 15, said)
        else:
            yield found
