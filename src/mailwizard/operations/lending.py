"""Where the secrets that a list or an answers file names may go: no file lends a known secret to other servers."""

from __future__ import annotations

from contextlib import suppress

from mailwizard.draft import Draft
from mailwizard.model import Failure, Server
from mailwizard.net.clean import clean
from mailwizard.storage import profiles
from mailwizard.storage.named_secrets import secret_in
from mailwizard.storage.names import folded
from mailwizard.storage.places import places

_BEYOND = {"cmd": "a command", "env": "an environment variable", "file": "a file"}
"""Stores whose references reach beyond what was put aside as a mail secret."""
Hosts = frozenset[str]


def beyond(reference: str) -> str:
    """Return what a reference names where that is no entry of a store of secrets, such as ``a command``."""
    return _BEYOND.get(reference.strip().partition(":")[0], "")


def hosts_of(draft: Draft) -> tuple[str, ...]:
    """Return the hosts that would be given the secret, sorted."""
    return tuple(sorted({one.endpoint.host for one in draft.chosen})) if draft.wants_secret else ()


class Lent:
    """Which secrets the saved accounts name, and for which hosts; read once, blocking."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Hosts | None]] = {}
        self._references: dict[str, str] = {}
        for name in profiles.names():
            try:
                saved = profiles.load(name)
            except Failure:
                # Its file or its server's cannot be read: whose secret it is stays known as far as it can be found.
                for where in places():
                    with suppress(Failure):
                        self._note(secret_in(where, name), name, None)
            else:
                self.learn(saved.account.secret, name, saved.server)

    def learn(self, reference: str, name: str, server: Server) -> None:
        """Take in an account as it was saved."""
        ends = (server.incoming, server.outgoing)
        self._note(reference, name, frozenset(end.host for end in ends if end))

    def refusal(self, reference: str, name: str, hosts: tuple[str, ...]) -> str:
        """Return a sentence where an account of this name may not have a secret at these hosts; empty where it may.

        Without a reference it is about the secret that an account of the name keeps when it is replaced.
        """
        reference = reference or self._references.get(folded(name), "")
        if not hosts or beyond(reference):
            return ""
        for other, known in self._known.get(folded(reference), {}).items():
            if known is None:
                return f"secret: {clean(reference)} is that of {clean(other)}, whose servers cannot be read."
            if known != frozenset(hosts):
                there, here = (clean(", ".join(sorted(some))) for some in (known, hosts))
                return (
                    f"secret: {clean(reference)} is that of {clean(other)} at {there}, and no file lends it to {here}: "
                    "give the account a secret of its own, or add it by --secret and without a file."
                )
        return ""

    def _note(self, reference: str, name: str, hosts: Hosts | None) -> None:
        if reference:
            self._references[folded(name)] = reference
            self._known.setdefault(folded(reference), {})[name] = hosts
