"""The console entry; what can be answered at once is answered before anything is loaded."""

from __future__ import annotations

import gc
import sys


def main(argv: list[str] | None = None) -> int:
    """Run a command line, that of this process by default, and return the exit code."""
    words = sys.argv[1:] if argv is None else argv
    if words in (["--version"], ["-V"]):
        from mailwizard import __version__

        sys.stdout.write(f"mailwizard {__version__}\n")
        return 0
    if argv is not None:
        return _run(words)
    gc.set_threshold(200_000)  # looking for garbage while loading costs a tenth of a short command, and finds none
    code = _run(words)
    gc.freeze()  # nor is there any use in looking for it once more at the end
    return code


def _run(words: list[str]) -> int:
    """Run what takes more than a word."""
    from mailwizard import cli

    return cli.main(words)


if __name__ == "__main__":
    sys.exit(main())
