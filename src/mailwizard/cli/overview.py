"""The page of ``mailwizard --help``, and what is said to a command that does not exist."""

from __future__ import annotations

from mailwizard.cli import commands as folder
from mailwizard.cli.output import labelled
from mailwizard.cli.parsing import Command
from mailwizard.net.clean import clean
from mailwizard.plugins import plugins

_ORDER = (
    "wizard",
    "demo",
    "serve",
    "discover",
    "check",
    "watch",
    "explain",
    "guide",
    "accounts",
    "servers",
    "open",
    "request",
    "sign-in",
    "authorize",
    "token",
    "run",
    "export",
    "import",
    "logout",
    "secret",
    "secrets",
    "doctor",
    "clients",
    "schema",
    "completion",
)


CODES = (
    "Exit codes: 0 all asked for holds, 2 usage, 10 DNS, 11 connecting, 12 TLS,",
    "  13 protocol, 14 sign-in, 15 sender, 16 delivery, 17 holds with warnings",
    "  (--strict), 18 something ends soon (--expiring), 20 nothing found, 30 storage,",
    "  70 a mistake of mailwizard itself, 129, 130, 143 ended by SIGHUP, Ctrl+C,",
    "  SIGTERM; of several the lowest.",
)


def intro() -> list[str]:
    """Return what the program is, and first of all how it is used without a full screen."""
    return [
        "mailwizard sets up, proves and repairs an e-mail account; with --plain it asks",
        "line by line, for screen readers and terminals without a full screen. All",
        "commands but the wizard and its demo are plain text, for scripts too.",
    ]


def overview() -> list[str]:
    """Return the lines of the page."""
    found = commands()
    return [
        *intro(),
        "",
        "usage: mailwizard [COMMAND] [OPTIONS]",
        "       mailwizard --version",
        "",
        *(line for name in found for line in labelled(f"mailwizard {name}", found[name].HELP, 2, 20)),
        "",
        "examples:",
        *(f"  {command.EXAMPLES[0]}" for command in found.values() if command.EXAMPLES),
        "",
        "A command's own options: mailwizard COMMAND --help, or man mailwizard-COMMAND.",
        "With --json the answer is JSON, an error too (mailwizard schema).",
        *CODES,
    ]


def suggestion(name: str) -> str:
    """Return the sentence for a command that does not exist."""
    if "@" in name:
        return "name a command before the address: mailwizard discover ADDRESS, or mailwizard check --address ADDRESS."
    from difflib import get_close_matches

    near = get_close_matches(name, commands(), n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"there is no command {clean(name[:40])!r}; {hint}mailwizard --help lists them all."


def commands() -> dict[str, Command]:
    """Return every command by name, those most asked for first."""
    found: dict[str, Command] = {module.NAME: module for module in plugins(folder).values()}
    return dict(sorted(found.items(), key=lambda pair: (_place(pair[0]), pair[0])))


def _place(name: str) -> int:
    """Return where a command stands on the page."""
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
