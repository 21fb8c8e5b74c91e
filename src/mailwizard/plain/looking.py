"""The search for an address's servers, which goes on while other questions are asked."""

from __future__ import annotations

import asyncio

from mailwizard.draft import Service
from mailwizard.faces.finding import answered
from mailwizard.faces.session import Session
from mailwizard.model import Address


class Looking:
    """Begins the search of a session, waits for its answer, and stops it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    def begin(self, address: Address, service: Service) -> None:
        """Look for the servers of an address, unless that was begun already."""
        search = self.session.search
        if service.discovers and not search.fits(address, service):
            self.again(address, service)

    def again(self, address: Address, service: Service) -> None:
        """Look anew, such as once the network works."""
        self.stop()
        search = self.session.search
        self._task = asyncio.create_task(search.run(address, service, self.session.net, self._news.set))
        self._task.add_done_callback(self._ended)
        # What a search is about is known before its task has run for the first time.
        search.address, search.service, search.done = address, service, False
        search.candidates, search.clues = (), ()

    async def answer(self, address: Address, service: Service) -> None:
        """Wait until the search has come to an answer; where it failed by a fault of ours, so does this."""
        search = self.session.search
        while self._task is not None and not answered(search, address, service):
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            try:
                await asyncio.wait({news, self._task}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                news.cancel()
            if self._task.done():
                self._task.result()
                return

    async def end(self) -> None:
        """Wait until the search has asked everybody."""
        if self._task is not None:
            await asyncio.wait({self._task})

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Keep a fault of the search for whoever waits for it; nobody does where it had its answer before."""
        if task is self._task and not task.cancelled() and task.exception():
            self.session.search.done = True

    def stop(self) -> None:
        """End the search where it is; what it found stays."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            self.session.search.done = True
        self._task = None
