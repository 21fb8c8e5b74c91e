"""One sign-in of a person, from the first request to the grant; each step is told as evidence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from urllib.parse import urlencode

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Failure, Protocol, Step
from mailwizard.net import Net
from mailwizard.signin.oauth.answers import read_paste, refusal
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer, DeviceCode
from mailwizard.signin.oauth.browser import LIMIT, await_answer
from mailwizard.signin.oauth.consent import admin_consent
from mailwizard.signin.oauth.flow import flow_for
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.handover import OneTimeKey
from mailwizard.signin.oauth.registration import Registration
from mailwizard.witness import Tell, Witness

PREPARING = 30.0
"""Seconds in which the page to open, a short code or a token must be there, libraries loaded and all."""
_LINE = "mw1"
"""How a line that was handed over begins."""
_MANY = 100


class Attempt:
    """Signs a person in at one issuer, in whatever way; it holds secrets and ends with the screen that began it."""

    def __init__(
        self,
        registration: Registration,
        card: IssuerCard,
        address: Address | None,
        protocols: tuple[Protocol, ...],
        net: Net,
        tell: Tell,
    ) -> None:
        self.registration, self.card, self.address, self.protocols = registration, card, address, protocols
        self.authorization: Authorization | None = None
        self._net = net
        self._witness = Witness(f"issuer:{card.id}", tell)
        self._pasted: asyncio.Queue[str] = asyncio.Queue()
        self._handed: asyncio.Future[CallbackAnswer] = asyncio.get_running_loop().create_future()
        self._key: OneTimeKey | None = None
        self._lines: list[str] = []
        self._facts = [("client-id", registration.client_id)]
        self._facts += [("consent-link", page.url) for page in admin_consent(registration, card, address, protocols)]

    @property
    def redirect(self) -> str:
        """Return where the browser comes back to."""
        return f"http://127.0.0.1:{self.registration.port}{self.card.redirect_path}"

    @property
    def has_short_code(self) -> bool:
        """Return whether the issuer gives out codes to type on another device."""
        return bool(self.card.device)

    async def begin(self) -> Authorization:
        """Return the page to open.

        Raises:
            Failure: as the flow's ``begin``.
        """
        async with self._witness.step(Step.AUTHORIZE, PREPARING) as note:
            note.add(*self._facts)
            flow = flow_for(self.registration, self.card)
            asked: Authorization = await flow.begin(
                self.registration, self.card, self.address, self.protocols, self.redirect, self._net
            )
            self.authorization = asked
            note.detail = f"asked {self.card.name} for {len(asked.scopes)} rights"
        return asked

    async def answer(
        self, tell_wrong: Callable[[str], None], tell_port: Callable[[Failure], None], *, limit: float = LIMIT
    ) -> CallbackAnswer:
        """Wait for the browser's answer: at the port, pasted, or handed over from another machine.

        Raises:
            Failure: ``oauth.…`` where the issuer refuses, ``oauth.expired`` after ``limit`` seconds.
        """
        asked = self._asked()
        async with self._witness.step(Step.AUTHORIZE, limit + PREPARING) as note:
            note.add(*self._facts)
            work = asyncio.ensure_future(
                await_answer(asked, self._pasted, tell_wrong, tell_port=tell_port, limit=limit)
            )
            try:
                await asyncio.wait((work, self._handed), return_when=asyncio.FIRST_COMPLETED)
                answer = work.result() if work.done() else self._handed.result()
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)  # nobody listens any more
            note.detail = f"{self.card.name} has answered"
        return answer

    async def redeem(self, answer: CallbackAnswer) -> Grant:
        """Return the grant that an answer is good for.

        Raises:
            Failure: as the flow's ``redeem``.
        """
        flow = flow_for(self.registration, self.card)
        async with self._witness.step(Step.TOKEN, PREPARING) as note:
            note.add(*self._facts, ("redeemed", "code"))
            grant: Grant = await flow.redeem(self._asked(), answer, self._net)
            note.detail = f"{self.card.name} has granted what was asked for"
        return grant

    async def short_code(self) -> DeviceCode:
        """Return a code to type on another device.

        Raises:
            Failure: as the flow's ``ask_device``.
        """
        flow = flow_for(self.registration, self.card)
        async with self._witness.step(Step.DEVICE_CODE, PREPARING) as note:
            note.add(*self._facts)
            code: DeviceCode = await flow.ask_device(
                self.registration, self.card, self.address, self.protocols, self._net
            )
            note.detail = f"{self.card.name} has given out a code"
        return code

    async def typed(self, code: DeviceCode) -> Grant:
        """Wait until a short code was typed, and return the grant.

        Raises:
            Failure: as the flow's ``await_device``.
        """
        flow = flow_for(self.registration, self.card)
        async with self._witness.step(Step.TOKEN, max(code.expires_at - time.time(), 0) + PREPARING) as note:
            note.add(*self._facts)
            grant: Grant = await flow.await_device(code, self._net)
            note.detail = f"{self.card.name} has granted what was asked for"
        return grant

    def hand_over(self) -> tuple[str, ...]:
        """Return the lines for ``mailwizard authorize`` on a machine with a browser.

        Raises:
            Failure: ``oauth.too-long``.
        """
        self._key = self._key or OneTimeKey()
        return self._key.request(self._asked())

    def paste(self, text: str) -> None:
        """Take what was pasted: where the browser ended, or the lines of another machine, also line by line.

        Raises:
            ValueError: with one sentence, for lines that do not make an answer; any other mistake is told to whoever
                waits for the answer.
        """
        if not text.strip():
            raise ValueError("There is nothing to read yet. Paste the address on which the browser ended.")
        if not text.lstrip("> \t\r\n").startswith(_LINE):
            self._pasted.put_nowait(text)
            return
        if self._key is None:
            raise ValueError("No other machine was asked. Paste the address on which the browser ended.")
        self._lines = [*self._lines, text][-_MANY:] if text.count(_LINE) == 1 else [text]
        answer = self._key.open("\n".join(self._lines))
        told = {"code": answer.code, "state": answer.state, "iss": answer.issuer}
        try:
            self._settle(read_paste(urlencode({name: text for name, text in told.items() if text}), self._asked()))
        except Failure as failure:
            self._settle(failure)

    def read_page(self, text: str) -> None:
        """Take what the browser shows instead of leading back: the issuer has refused there."""
        known = refusal({"error": "", "error_description": text})
        self._settle(Failure("oauth.page-shown", known.detail.removeprefix(": "), facts=known.facts[1:]))

    def _settle(self, outcome: CallbackAnswer | Failure) -> None:
        if self._handed.done():
            return
        if isinstance(outcome, Failure):
            self._handed.set_exception(outcome)
        else:
            self._handed.set_result(outcome)

    def _asked(self) -> Authorization:
        if self.authorization is None:
            raise Failure("oauth.expired", "this sign-in was not begun")
        return self.authorization
