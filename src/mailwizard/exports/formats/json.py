"""JSON: the whole account for programs of one's own."""

from __future__ import annotations

from mailwizard.exports.setup import Setup, Side

TITLE = "JSON"
PATH = ""
COMMENT = ""


def render(setup: Setup) -> str:
    """Return one object; ``command`` of a server prints its secret."""
    import json

    whole = {
        "schema": 1,
        "name": setup.name,
        "address": str(setup.address),
        "display_name": setup.display_name,
        "reply_to": str(setup.reply_to) if setup.reply_to else None,
        "identities": [
            {
                "address": str(one.address),
                "display_name": one.display_name,
                "reply_to": str(one.reply_to) if one.reply_to else None,
            }
            for one in setup.identities
        ],
        "incoming": _server(setup, setup.incoming),
        "outgoing": _server(setup, setup.outgoing),
        "sent_copy": setup.sent_copy,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _server(setup: Setup, side: Side | None) -> dict[str, object] | None:
    if side is None:
        return None
    end = side.endpoint
    return {
        "protocol": str(end.protocol),
        "host": end.host,
        "port": end.port,
        "security": str(end.security),
        "path": end.path,
        "username": side.username,
        "auth": str(side.auth),
        "command": list(setup.command(side)) if side.signs_in else None,
    }
