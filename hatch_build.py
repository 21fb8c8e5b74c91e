"""What the build of the package makes beside it: manual pages and completions, from the parsers of the commands."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SHELLS = {
    "bash": "share/bash-completion/completions/mailwizard",
    "zsh": "share/zsh/site-functions/_mailwizard",
    "fish": "share/fish/vendor_completions.d/mailwizard.fish",
}
"""Where each shell looks, under the folder that the package is installed to."""


class HelpFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Writes the help files and has them installed; the commands need no library until they run."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write them all into a folder of their own, and say where each belongs."""
        self._folder = tempfile.TemporaryDirectory(prefix="mailwizard-help-")
        for name, text in self._files().items():
            path = Path(self._folder.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            build_data["shared_data"][str(path)] = name

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the folder away."""
        self._folder.cleanup()

    def _files(self) -> dict[str, str]:
        """Return every file by where it is installed."""
        before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        sys.path.insert(0, str(Path(self.root, "src")))
        try:
            from mailwizard.cli.completing import script
            from mailwizard.cli.manual import pages

            manual = {f"share/man/man1/{name}": text for name, text in pages(self.metadata.version).items()}
            return manual | {place: script(shell) for shell, place in _SHELLS.items()}
        finally:
            sys.path.pop(0)
            sys.dont_write_bytecode = before
