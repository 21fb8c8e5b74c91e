"""Accounts and servers whose files cannot be read, and servers that nobody uses."""

from __future__ import annotations

import asyncio

from mailwizard.model import Failure, State
from mailwizard.net.clean import shown_word
from mailwizard.operations.doctor.finding import Finding, Level, found
from mailwizard.storage import profiles, servers, settings
from mailwizard.storage.using import users

ORDER = 4


async def look() -> tuple[Finding, ...]:
    """Return what does not fit in the files of accounts and servers."""
    return await asyncio.to_thread(_look)


def _look() -> tuple[Finding, ...]:
    findings = []
    names = profiles.names()
    for name in names:
        try:
            account = profiles.load(name).account
        except Failure as failure:
            what = f"The account {name} cannot be read: {failure.detail or failure.code}"
            findings.append(
                found(
                    "accounts", Level.BROKEN, what, "It cannot be used.", f"Mend that file, or restore {name}.toml.old."
                )
            )
            continue
        if account.state is State.BROKEN:
            since = f" since {account.broken_since[:10]}" if account.broken_since else ""
            what = f"The account {name} does not work{since}."
            findings.append(
                found("accounts", Level.WARNING, what, "Its last check failed.", f"mailwizard check {shown_word(name)}")
            )
    used, fallback = users(), settings.load().fallback
    for server in servers.names():
        if not used.get(server) and server != fallback:
            what = f"No account uses the server {server}."
            remove = f"mailwizard servers remove {shown_word(server)}"
            findings.append(found("accounts", Level.NOTE, what, "", f"{remove}, if nobody is to."))
    if not findings:
        findings.append(found("accounts", Level.OK, f"{len(names)} saved, and all of their files can be read."))
    return tuple(findings)
