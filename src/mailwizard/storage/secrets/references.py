"""References: how an account file names a secret without holding it."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass
from functools import cache
from typing import Self, cast

from mailwizard.storage.secrets import stores
from mailwizard.storage.secrets.store import Store

_NONE = (
    "A secret is named by a reference: keyring:NAME, vault:NAME, pass:NAME, env:VARIABLE, file:PATH, systemd:NAME or "
    'cmd:["program", "argument"]; this is none. The secret itself does not belong here.'
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a secret lies: which store, and what it is called there."""

    store: str
    rest: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference; a text that is none is not repeated, because it may be the secret itself.

        Raises:
            ValueError: with one sentence for a person.
        """
        store, colon, rest = text.strip().partition(":")
        if not colon or store not in store_names():
            raise ValueError(_NONE)
        return cls(store, load_store(store).read_rest(rest))

    def __str__(self) -> str:
        return f"{self.store}:{self.rest}"


def read_reference(text: str) -> str:
    """Read a reference as typed, and return it as it is written.

    Raises:
        ValueError: with one sentence for a person.
    """
    return str(Reference.parse(text))


@cache
def store_names() -> tuple[str, ...]:
    """Return the names of the stores, which are the words in front of their references."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(stores.__path__) if not info.name.startswith("_")))


def load_store(name: str) -> Store:
    """Return a store's module."""
    module = f"{stores.__name__}.{name}"
    return cast(Store, sys.modules.get(module) or importlib.import_module(module))
