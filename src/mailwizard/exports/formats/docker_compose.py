"""Docker Compose: the environment of one service (https://docs.docker.com/reference/compose-file/services/#environment)."""

from __future__ import annotations

import json
import shlex

from mailwizard.exports.environment import secrets, variables
from mailwizard.exports.setup import Setup

TITLE = "Docker Compose"
PATH = ""
COMMENT = ""


def render(setup: Setup) -> str:
    """Return an override file for the service ``app``; each secret comes from whoever starts it."""
    lines = [
        f"# Start it with: {shlex.join((*setup.program, 'run', setup.name, '--'))} docker compose up -d",
        "services:",
        "  app:",
        "    environment:",
    ]
    lines += [f"      {name}: {_text(value)}" for name, value in variables(setup).items()]
    lines += [f"      {name}: ${{{name}:?start this with mailwizard run}}" for name in secrets(setup)]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """Return a YAML string, in which a dollar stands for itself."""
    return json.dumps(value.replace("$", "$$"), ensure_ascii=False)
