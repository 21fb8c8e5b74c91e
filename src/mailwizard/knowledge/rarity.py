"""Which words of a phrase say most about it: those that are in the fewest other phrases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain

TOKEN = re.compile(r"[a-z0-9]+|[^\W_]+")
LONG = 64
"""Letters of a word that count: of two that are as rare the longer one is looked for."""
_COMMON = """
smtp imap pop3 mail email e message error failed code connect connection found rejected refused unknown recipient user
from host address or this please command send sending client server login authentication password not the to is of for
in a your you was with by and on at t s d 0 1 2 3 4 5 6 7 8 9 10 com net org invalid access denied account mailbox
sender domain service local support response data status reply
"""
EVERYWHERE = frozenset(_COMMON.split())
"""Words that tell one text from another least: they are in too many."""


def rarest(phrases: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Return for each phrase its rarest word and the next one; twice the same where it has only one."""
    parts = {phrase: {*TOKEN.findall(phrase)} or {""} for phrase in phrases}
    common = Counter(chain.from_iterable(parts.values()))
    rank = {token: count * LONG - min(len(token), LONG - 1) for token, count in common.items()}
    rank |= dict.fromkeys(rank.keys() & EVERYWHERE, LONG * len(parts))
    ordered = {phrase: sorted(sorted(tokens), key=rank.__getitem__)[:2] for phrase, tokens in parts.items()}
    return {phrase: (tokens[0], tokens[-1]) for phrase, tokens in ordered.items()}
