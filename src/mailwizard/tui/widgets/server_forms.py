"""Both servers of an account, typed by hand; a web service stands alone."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.containers import Vertical

from mailwizard.faces.choosing import ALONE
from mailwizard.model import Candidate, Protocol
from mailwizard.tui.widgets.pick import Pick
from mailwizard.tui.widgets.plain import Plain
from mailwizard.tui.widgets.server_form import ServerForm

Pair = tuple[Candidate | None, Candidate | None]


class ServerForms(Vertical):
    """A form for the incoming and one for the outgoing server; that one goes where a web service does both."""

    DEFAULT_CSS = "ServerForms .alone { padding-left: 2; text-style: dim; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.given: Pair | None = None
        """What the forms were filled in with."""

    async def fill(self, given: Pair, receiving: Sequence[Protocol], username: str) -> None:
        """Fill the forms in, unless they are of the same servers already: then what was typed stays."""
        if given == self.given:
            return
        self.given = given
        await self.remove_children()
        await self.mount(
            ServerForm("Incoming", receiving, given[0], username),
            ServerForm("Outgoing", [Protocol.SMTP], given[1], username),
            Plain(ALONE, classes="alone"),
        )
        self._stand_alone()

    @on(Pick.Picked, "#protocol")
    def _stand_alone(self) -> None:
        """Leave the other form out where the service does both."""
        incoming, outgoing = self.query(ServerForm)
        outgoing.display = not incoming.web
        self.query_one(".alone").display = incoming.web

    @property
    def typed(self) -> Pair:
        """Return the servers that somebody typed, as far as they can be read; none for a form as it was filled in."""
        forms = list(self.query(ServerForm))
        if self.given is None or len(forms) < len(self.given):
            return None, None
        incoming, outgoing = (form.so_far for form in forms)
        return (None if incoming == self.given[0] else incoming, None if outgoing == self.given[1] else outgoing)

    def read(self) -> Pair:
        """Return both servers.

        Raises:
            ValueError: what is wrong stands below its field.
        """
        incoming, outgoing = self.query(ServerForm)
        return incoming.read(), None if incoming.web else outgoing.read()
