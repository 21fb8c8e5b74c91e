"""Run a fuzz target: its corpus grows under ``build/fuzz``, and what breaks it is kept there."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

atheris: Any = importlib.import_module("atheris")
"""Untyped, and installed by ``make fuzz`` only."""

PLACE = Path("build/fuzz")
LONGEST = 16 * 1024
RUNS = 1_000_000


def run(name: str, target: Callable[[bytes], None], seeds: Iterable[bytes], words: Iterable[bytes]) -> None:
    """Feed a target with inputs made from seeds and words; ends the process, with 0 where nothing was found."""
    corpus = PLACE / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (corpus / sha256(seed).hexdigest()).write_bytes(seed)
    dictionary = PLACE / f"{name}.words"
    quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in words)
    dictionary.write_text("".join(f'"{word}"\n' for word in quoted), "ascii")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    options = [f"-runs={runs}", f"-max_len={LONGEST}", f"-dict={dictionary}", f"-artifact_prefix={PLACE}/{name}-"]
    atheris.Setup([sys.argv[0], *options, "-timeout=10", "-print_final_stats=1", str(corpus)], target)
    atheris.Fuzz()
