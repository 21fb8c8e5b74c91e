"""A plug-in is a module in the right folder."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def plugins(package: ModuleType) -> dict[str, Any]:
    """Return the modules of a package by name, sorted; ``_private`` ones are helpers."""
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    return {name: importlib.import_module(f"{package.__name__}.{name}") for name in names if not name.startswith("_")}
