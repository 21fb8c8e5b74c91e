"""A practice world that ends with the run, and a home that ends with it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Protocol

from mailwizard.faces.practice import Practice
from mailwizard.net import Net


class World(Practice, Protocol):
    """A practice world with its network."""

    @property
    def net(self) -> Net:
        """The door to it."""


OpenWorld = Callable[[], AbstractAsyncContextManager[World]]
"""Opens a practice world that ends with the run."""


@contextmanager
def practice_home() -> Iterator[None]:
    """Let everything that is saved go to a folder that ends with the run, and reach no keyring and no pass."""
    names = (
        *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "MAILWIZARD_HOST_DIR", "PASSWORD_STORE_DIR"),
        "DBUS_SESSION_BUS_ADDRESS",
    )
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="mailwizard-practice-") as folder:
        os.environ.update({name: os.path.join(folder, name.split("_")[1].lower()) for name in names[:5]})  # noqa: PTH118
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
