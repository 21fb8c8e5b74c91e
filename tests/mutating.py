"""Reports as nobody writes them: real ones, changed at random by bytes and by what JSON is made of."""

from __future__ import annotations

import asyncio
import copy
import json
import random
from typing import Any

from tests.unit.comparing_runs import ran, small_world

from mailwizard.report import to_text
from mailwizard.sandbox.scenarios import captive_portal, certificate_expired, egress_blocked

TEXTS = (
    *(
        "\x1b[2J",
        "\x1b]52;c;aGk=\x07",
        "\x9b31m",
        "\x00",
        "\r\n",
        "\u202egnp.exe",
        "\u200b",
        "\ud800",
        "\u2028",
        "\x7f",
    ),
    *(
        "[/bold]",
        "[@click=app.exit()]x[/]",
        "[link=https://x.example]x[/link]",
        "[red",
        "{0}",
        "%s%n",
        "${HOME}",
        "`id`",
    ),
    *("../../../etc/passwd", "/etc/shadow", "~/.ssh/id_rsa", "file:///etc/passwd", "\\\\host\\share", "-rf", "--help"),
    *("", " ", "a" * 3000, "\u0301" * 500, "é" * 900, "\U0001f468\u200d\U0001f469", "\uffff", "nan", "1e999", "null"),
    *(
        "imap://[::1]:99999/tls",
        "smtp://a:0/none",
        "http://x/",
        "ipv6",
        "2001:db8::zz",
        "999.1.1.1",
        "::ffff:127.0.0.1",
    ),
    *("9999-99-99T99:99:99Z", "0001-01-01T00:00:00+14:00", "2026-11-22T05:00:00", "-1", "tls.expired", "sign-in"),
    *("gmail", "egress_blocked", "no_such_cause", "issuer:google", "alice@example.com", "a@b@c", "@", "(secret)"),
)
"""What terminals, templates, shells, paths, dates and the program's own words stumble over."""
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**31, 2**63, 2**64, 10**300, 1e308, -1e308, 0.1, [], {}, [[]], [None], {"": ""}),
    *({"a": {"b": []}}, ["a", "b"], [["a", "b"]], [["reference", "x"]], [["reference-port", "x"]]),
)


def seeds() -> tuple[bytes, ...]:
    """Return reports of real runs: one that works, and some in which different steps fail."""
    return tuple(asyncio.run(_made()))


async def _made() -> list[bytes]:
    found = []
    async with small_world() as world:
        found += [
            await ran(world),
            await ran(world, password="wrong"),
            await ran(world, smtp="mail.practice.example:1/tls"),
        ]
        found.append(await ran(world, smtp="", imap="no.practice.example:993/tls"))
    for change in (certificate_expired.build, egress_blocked.build, captive_portal.build):
        async with small_world(change) as world:
            found.append(await ran(world, step=0.4, reference=change is egress_blocked.build))
    return [to_text(report).encode() for report in found]


def mutated(chance: random.Random, sources: tuple[bytes, ...]) -> bytes:
    """Return one of the reports, changed a little or much."""
    data = chance.choice(sources)
    kind = chance.random()
    if kind < 0.25:
        return _bytes(chance, data)
    tree = json.loads(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8, 30))):
        _change(chance, tree)
    try:
        text = json.dumps(tree, ensure_ascii=chance.random() < 0.5)
    except (RecursionError, ValueError):  # a copy that holds itself
        return data
    changed = text.encode("utf-8", "surrogatepass" if chance.random() < 0.5 else "replace")
    return _bytes(chance, changed) if kind > 0.95 else changed


def _bytes(chance: random.Random, data: bytes) -> bytes:
    """Return bytes some of which are flipped, cut out, doubled or put in."""
    held = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        at = chance.randrange(len(held) + 1)
        how = chance.randrange(6)
        if how == 0 and at < len(held):
            held[at] ^= 1 << chance.randrange(8)
        elif how == 1:
            held[at : at + chance.randrange(1, 200)] = b""
        elif how == 2:
            held[at:at] = held[at : at + chance.randrange(1, 400)]
        elif how == 3:
            held[at:at] = chance.choice(TEXTS).encode("utf-8", "surrogatepass")
        elif how == 4:
            held[at:at] = bytes([chance.randrange(256)])
        elif chance.random() < 0.2:
            del held[at:]
        else:
            held[at:at] = chance.choice(
                (b"[" * 5000, b'{"a":' * 3000, b"9" * 5000, b'"\\u001b', b"\xef\xbb\xbf", b"\\ud83d")
            )
    return bytes(held)


def _place(chance: random.Random, tree: Any) -> tuple[Any, Any]:
    """Return some container in a tree with a key or index in it; one of no length where the tree is empty."""
    held, key = tree, None
    while inner := _keys(held):
        last, key = held, chance.choice(inner)
        held = last[key]
        if not isinstance(held, dict | list) or chance.random() < 0.2:
            return last, key
    return (last, key) if key is not None else ({}, None)


def _change(chance: random.Random, tree: Any) -> None:
    """Change one thing somewhere in a tree."""
    held, key = _place(chance, tree)
    if key is None:
        return
    how = chance.randrange(9)
    if how in {0, 1}:
        held[key] = chance.choice(TEXTS)
    elif how == 2:
        held[key] = chance.choice(VALUES)
    elif how == 3:
        del held[key]
    elif how == 4:
        other, name = _place(chance, tree)
        held[key] = None if name is None else copy.copy(other[name])
    elif how == 5 and isinstance(held[key], str):
        at = chance.randrange(len(held[key]) + 1)
        held[key] = held[key][:at] + chance.choice(TEXTS) + held[key][at:]
    elif how == 6 and isinstance(held[key], list):
        held[key] = held[key] * chance.choice((2, 3, 20, 300)) if len(held[key]) < 200 else []
    elif how == 7:
        held[key] = _deep(chance.choice((3, 12, 300)), chance.choice(TEXTS))
    elif isinstance(held, dict):
        held[chance.choice(TEXTS)] = held[key]


def _keys(held: Any) -> list[Any]:
    """Return the keys or indices of a container."""
    return list(held) if isinstance(held, dict) else list(range(len(held))) if isinstance(held, list) else []


def _deep(depth: int, text: str) -> Any:
    """Return something in many boxes."""
    value: Any = text
    for at in range(depth):
        value = [value] if at % 2 else {"a": value}
    return value
