"""Grafana: the section [smtp] of grafana.ini (https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/)."""

from __future__ import annotations

import re
import shlex

from mailwizard.exports.setup import Setup

TITLE = "Grafana"
PATH = "/etc/grafana/grafana.ini"
COMMENT = ";"
ALONE = True


def render(setup: Setup) -> str:
    """Return the section; the password comes from the environment, where ``mailwizard run`` puts it."""
    side = setup.sending("Grafana")
    if side.implicit and side.endpoint.port != 465:
        raise ValueError(
            f"Grafana begins with TLS on port 465 alone, and {side.endpoint.place} is another: try STARTTLS."
        )
    values = {
        "enabled": "true",
        "host": side.endpoint.place,
        "startTLS_policy": "MandatoryStartTLS" if side.starttls else "NoStartTLS",
        "skip_verify": "false",
        "from_address": str(setup.address),
        "from_name": setup.display_name or setup.address.display,
    }
    if side.signs_in:
        values |= {"user": side.username, "password": "$__env{SMTP_PASSWORD}"}
    start = f"; Start Grafana with: {shlex.join((*setup.program, 'run', setup.name, '--', 'grafana', 'server'))}"
    lines = [f"{name} = {value if name == 'password' else _value(value)}" for name, value in values.items()]
    return "\n".join(["[smtp]", *([start] if side.signs_in else []), *lines]) + "\n"


def _value(text: str) -> str:
    """Return a value that no comment cuts short."""
    if "%(" in text or re.search(r"\$(__\w+)?\{", text):
        raise ValueError('Grafana reads "%(" and "${" as the name of another value, and this account has one of them.')
    if not any(mark in text for mark in "#;`") and text[:1] not in {'"', "'"} and text[-1:] != "\\":
        return text
    return f'"""{text}"""'
