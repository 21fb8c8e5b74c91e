"""Ansible: variables for roles and for community.general.mail (https://docs.ansible.com/ on the pipe lookup)."""

from __future__ import annotations

import json

from mailwizard.exports.environment import secrets, variables
from mailwizard.exports.setup import Setup

TITLE = "Ansible"
PATH = ""
COMMENT = "#"
ALONE = True


def render(setup: Setup) -> str:
    """Return a file of variables; each secret is looked up on the machine that runs the play."""
    lines = [f"{name.lower()}: {_text(value)}" for name, value in variables(setup).items()]
    for name, side in secrets(setup).items():
        command = setup.shell(side).replace("\\", "\\\\").replace("'", "\\'")
        lookup = f"{{{{ lookup('ansible.builtin.pipe', '{command}') }}}}"
        lines.append(f"{name.lower()}: {json.dumps(lookup, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """Return a YAML string in which Ansible replaces nothing."""
    quoted = json.dumps(value, ensure_ascii=False)
    return f"!unsafe {quoted}" if "{" in value else quoted
