"""mbsync (isync): an account, its two stores and a channel (mbsync(1))."""

from __future__ import annotations

import shlex

from mailwizard.exports.setup import Setup, refuse_marks
from mailwizard.model import Protocol

TITLE = "mbsync"
PATH = "~/.mbsyncrc"
COMMENT = "#"


def render(setup: Setup) -> str:
    """Return the sections that fetch everything into ~/Mail/NAME; SSLType is read by versions old and new."""
    side = setup.fetching("mbsync", Protocol.IMAP, tokens=True)
    refuse_marks("mbsync", "the name of an account", setup.name, ":")
    end, name = side.endpoint, _quoted(setup.name)
    folder = setup.name.replace("/", "_")
    hint = f"# mbsync does not make this folder, so once: mkdir -p ~/{shlex.quote(f'Mail/{folder}')}"
    account = [hint, f"IMAPAccount {name}", f"Host {end.host}", f"Port {end.port}"]
    if side.signs_in:
        account += [f"User {_quoted(side.username)}", f"PassCmd {_quoted('+' + setup.shell(side))}"]
        account += ["AuthMechs XOAUTH2"] if side.tokens else []
    account.append(f"SSLType {'IMAPS' if side.implicit else 'STARTTLS' if side.starttls else 'None'}")
    remote, local = _quoted(f"{setup.name}-remote"), _quoted(f"{setup.name}-local")
    stores = [
        *("", f"IMAPStore {remote}", f"Account {name}"),
        *("", f"MaildirStore {local}", "SubFolders Verbatim"),
        *(f"Path {_quoted(f'~/Mail/{folder}/')}", f"Inbox {_quoted(f'~/Mail/{folder}/INBOX')}"),
    ]
    far, near = _quoted(f":{setup.name}-remote:"), _quoted(f":{setup.name}-local:")
    channel = ["", f"Channel {name}", f"Far {far}", f"Near {near}", "Patterns *", "Create Near", "SyncState *", ""]
    return "\n".join([*account, *stores, *channel]) + "\n"


def _quoted(value: str) -> str:
    """Return a value as one word; a backslash takes the meaning from what follows it."""
    if value and all(mark.isalnum() or mark in "@._+-:/~" for mark in value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
