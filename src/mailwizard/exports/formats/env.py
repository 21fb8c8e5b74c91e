""".env: variables for programs that read such a file; the password is not among them, but how to come by it is."""

from __future__ import annotations

from mailwizard.exports.environment import secrets, variables
from mailwizard.exports.setup import Setup

TITLE = ".env file"
PATH = ".env"
COMMENT = "#"
ALONE = True


def render(setup: Setup) -> str:
    """Return one variable a line, and the command for each secret."""
    lines = [f"{name}={_quoted(value)}" for name, value in variables(setup).items()]
    lines += [f"{name}_COMMAND={_quoted(setup.shell(side))}" for name, side in secrets(setup).items()]
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    """Return a value that no reader of such files changes: bare, in single quotes, or with escapes in double ones."""
    if value and all(mark.isascii() and (mark.isalnum() or mark in "@._+-/") for mark in value):
        return value
    if not any(mark in value for mark in ("'", "\\\\", "${")) and not value.endswith("\\"):
        return f"'{value}'"
    if "$" in value or "`" in value:
        raise ValueError("No two programs read this in a .env file alike: " + value)
    escaped = "".join(f"\\{mark}" if mark in '\\"' else mark for mark in value)
    return f'"{escaped}"'
