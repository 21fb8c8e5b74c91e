"""One server, typed by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from mailwizard.faces.typed_server import (
    ADDRESS,
    HOST,
    SIGNS_IN,
    SIGNS_NOT,
    WEB_HINT,
    kind_word,
    mail_server,
    port_after,
    signs_not,
    web_service,
)
from mailwizard.faces.words import SECURITY_WORDS
from mailwizard.model import STANDARD_PORTS, Candidate, Endpoint, Protocol, Security, read_host, read_port
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.pick import Pick
from mailwizard.tui.widgets.plain import Plain

T = TypeVar("T")
NONE = "none"
SHORT = {Security.NONE: "clear text"}
"""A word that leaves room for what stands beside it."""


class ServerForm(Widget):
    """Protocol, security, host, port and user name of one server, prefilled with what is known."""

    DEFAULT_CSS = """
    ServerForm { height: auto; width: 1fr; margin-bottom: 1; }
    ServerForm .head { height: 1; }
    ServerForm .head Plain { width: 13; text-style: bold; }
    ServerForm .head Pick { margin-right: 1; }
    """

    def __init__(self, label: str, protocols: Sequence[Protocol], given: Candidate | None, username: str) -> None:
        super().__init__(id=label.lower())
        self.label, self.protocols, self.given = label, tuple(protocols), given
        self.username = given.username if given and given.username else username
        endpoint = given.endpoint if given else None
        self.security = endpoint.security if endpoint else Security.TLS
        self.protocol = endpoint.protocol if endpoint else self.protocols[0]

    def compose(self) -> ComposeResult:
        """Draw one line of choices and three to type in."""
        endpoint = self.given.endpoint if self.given else None
        port = endpoint.port if endpoint else STANDARD_PORTS[self.protocol, self.security]
        kinds = [(protocol.value, kind_word(protocol)) for protocol in self.protocols]
        with Horizontal(classes="head"):
            yield Plain(f"  {self.label}")
            yield Pick([*kinds, (NONE, "none")], self.protocol if self.given else kinds[0][0], id="protocol")
            yield Pick([(s.value, SHORT.get(s, SECURITY_WORDS[s])) for s in Security], self.security, id="security")
            if not self.protocol.incoming:
                ways = [(word, word) for word in (SIGNS_IN, SIGNS_NOT)]
                yield Pick(ways, SIGNS_NOT if signs_not(self.given) else SIGNS_IN, id="signs-in")
        typed = (endpoint.url if endpoint.protocol.web else endpoint.host) if endpoint else ""
        yield Field(HOST, Entry(typed, id=f"{self.id}-host"), id="host")
        yield Field("Port", Entry(str(port), limit=9, id=f"{self.id}-port"), id="port")
        yield Field("User name", Entry(self.username, id=f"{self.id}-username"), id="username")

    @property
    def wanted(self) -> bool:
        """Return whether there is to be such a server."""
        return self.query_one("#protocol", Pick).key != NONE

    @property
    def web(self) -> bool:
        """Return whether it is a web service, of which its address is all there is to type."""
        return self.wanted and self._protocol.web

    def on_mount(self) -> None:
        """Show the fields that the kind of server has."""
        self._show_fields()

    @on(Pick.Picked, "#protocol")
    def _kind(self) -> None:
        self._show_fields()
        if not self.web:
            self._move_port(self.security)

    def _show_fields(self) -> None:
        for widget in self.query("Field, #security, #signs-in"):
            widget.display = self.wanted and (widget.id == "host" or not self.web)
        field = self.query_one("#host", Field)
        field.rename(ADDRESS if self.web else HOST)
        field.wrong("")
        field.hint(WEB_HINT if self.web else "")

    @on(Pick.Picked, "#security")
    def _security(self, event: Pick.Picked) -> None:
        self._move_port(Security(event.pick.key))

    def _move_port(self, security: Security) -> None:
        """Let a standard port follow the protocol and security."""
        entry = self.query_one("#port", Field).entry
        assert isinstance(entry, Entry)  # noqa: S101
        key = self.query_one("#protocol", Pick).key
        if key == NONE:
            return
        port = port_after(entry.value, Protocol(key), security)
        if port != entry.value:
            entry.value = port
        self.security = security

    def read(self) -> Candidate | None:
        """Return what was typed, or ``None`` where no such server is wanted.

        Raises:
            ValueError: what is wrong stands below its field.
        """
        if not self.wanted:
            return None
        if self.web:
            return self._read_service()
        host_field, port_field = self.query_one("#host", Field), self.query_one("#port", Field)
        return self._server(_read(host_field, read_host), _read(port_field, read_port))

    @property
    def so_far(self) -> Candidate | None:
        """Return what can be read by now, with the usual port where none can; nothing is said of mistakes."""
        if not self.wanted:
            return None
        host, port = (self.query_one(name, Field).value for name in ("#host", "#port"))
        protocol = self._protocol
        with suppress(ValueError):
            if protocol.web:
                return web_service(self.given, Endpoint.parse(protocol, host))
            host = read_host(host)
            with suppress(ValueError):
                return self._server(host, read_port(port))
            return self._server(host, STANDARD_PORTS[protocol, self.security])
        return None

    @property
    def _protocol(self) -> Protocol:
        return Protocol(self.query_one("#protocol", Pick).key)

    def _server(self, host: str, port: int) -> Candidate:
        """Return a mail server at this host and port, with what else is chosen and typed."""
        security = Security(self.query_one("#security", Pick).key)
        username = self.query_one("#username", Field).value.strip()
        relay = bool(self.query("#signs-in")) and self.query_one("#signs-in", Pick).key == SIGNS_NOT
        return mail_server(self.given, Endpoint(self._protocol, host, port, security), username, relay=relay)

    def _read_service(self) -> Candidate:
        """Return the web service that was typed; who signs in is asked later.

        Raises:
            ValueError: what is wrong stands below its field.
        """
        protocol = self._protocol
        endpoint = _read(self.query_one("#host", Field), lambda text: Endpoint.parse(protocol, text))
        return web_service(self.given, endpoint)


def _read(field: Field, read: Callable[[str], T]) -> T:
    """Read one field; a mistake is said below it and raised on."""
    try:
        value = read(field.value)
    except ValueError as wrong:
        field.wrong(str(wrong))
        field.entry.focus()
        raise
    field.wrong("")
    return value
