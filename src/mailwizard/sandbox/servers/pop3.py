"""POP3 (RFC 1939): greeting, capabilities, STLS (RFC 2595), signing in, looking at messages and removing them."""

from __future__ import annotations

import asyncio
from base64 import b64decode

from mailwizard.model import Protocol
from mailwizard.sandbox.mailboxes import Message, Verdict
from mailwizard.sandbox.servers import Desk
from mailwizard.sandbox.servers._tokens import MECHANISMS, bearer, challenge
from mailwizard.sandbox.wire import Wire

_BAD_COMMANDS = 10
"""Commands that make no sense until the server hangs up."""


def serve(desk: Desk) -> asyncio.Protocol:
    """Answer one connection."""
    return Wire(lambda wire: _Session(desk, wire).run(), desk.ports.run)


class _Session:
    """One connection, from the greeting to the goodbye."""

    def __init__(self, desk: Desk, wire: Wire) -> None:
        self._desk, self._wire = desk, wire
        self._encrypted = desk.starttls is None
        self._user = ""
        self._signed_in = False
        self._held: list[Message] = []
        """What was in the mailbox at sign-in; what comes later is seen at the next one."""
        self._marked: set[int] = set()

    async def run(self) -> None:
        """Greet, and answer commands until one side has enough."""
        self._wire.write(f"+OK {self._desk.manners.imap_banner(self._desk.host)}")
        bad = 0
        while bad < _BAD_COMMANDS:
            name, _, argument = (await self._wire.read_line()).decode("utf-8", "replace").partition(" ")
            match name.upper():
                case "QUIT":
                    self._update()
                    self._wire.write("+OK Logging out")
                    return
                case "CAPA":
                    self._wire.write("+OK Capability list follows", *self._capabilities(), ".")
                case "STLS" if not self._encrypted and self._desk.starttls is not None:
                    self._wire.write("+OK Begin TLS negotiation now.")
                    await self._wire.encrypt(self._desk.starttls)
                    self._encrypted = True
                case "USER" if self._encrypted:
                    self._user = argument
                    self._wire.write("+OK")
                case "PASS" if self._encrypted and self._user:
                    self._judge("USER", argument)
                case "AUTH" if self._encrypted:
                    await self._authenticate(*argument.split(" ", 1))
                case "STAT" if self._signed_in:
                    self._wire.write(f"+OK {len(self._held)} {sum(len(message.content) for message in self._held)}")
                case "UIDL" | "TOP" | "DELE" if self._signed_in and (message := self._named(argument)):
                    self._answer(name.upper(), argument.split()[0], message)
                case _:
                    bad += 1
                    self._wire.write("-ERR Unknown command.")

    def _capabilities(self) -> list[str]:
        """Return what is offered now; nothing to sign in with before TLS."""
        tokens = [name for name in self._desk.manners.imap_mechanisms if name in MECHANISMS]
        return ["UIDL", "TOP", *(["USER", " ".join(["SASL PLAIN", *tokens])] if self._encrypted else ["STLS"])]

    async def _authenticate(self, mechanism: str, initial: str | None = None) -> None:
        """Sign in with a SASL mechanism (RFC 5034), its first answer along with it or not."""
        mechanism = mechanism.upper()
        token = mechanism in MECHANISMS and mechanism in self._desk.manners.imap_mechanisms
        if mechanism != "PLAIN" and not token:
            self._wire.write("-ERR Unsupported authentication mechanism.")
            return
        if initial is None:
            self._wire.write("+ ")
            initial = (await self._wire.read_line()).decode("ascii", "replace")
        try:
            answer = b64decode(initial, validate=True)
            if token:
                self._user, secret = bearer(mechanism, answer)
            else:
                _, self._user, secret = answer.decode().split("\0")
        except ValueError:
            self._wire.write("-ERR Invalid base64 data in AUTH.")
            return
        if token:
            await self._judge_token(mechanism, secret)
        else:
            self._judge("PLAIN", secret)

    async def _judge_token(self, mechanism: str, token: str) -> None:
        """Let the user in or not; why a token is refused may go ahead, and is answered before the refusal."""
        desk = self._desk
        verdict = desk.directory.sign_in_with_token(desk.place, Protocol.POP3, mechanism, self._user, token)
        if verdict is not Verdict.WELCOME and desk.manners.token_reason:
            self._wire.write(f"+ {challenge(desk.manners.token_reason)}")
            await self._wire.read_line()
        self._finish(verdict)

    def _judge(self, mechanism: str, secret: str) -> None:
        """Let the user in or not."""
        self._finish(self._desk.directory.sign_in(self._desk.place, Protocol.POP3, mechanism, self._user, secret))

    def _finish(self, verdict: Verdict) -> None:
        """Answer a sign-in."""
        self._signed_in = verdict is Verdict.WELCOME
        mailbox = self._desk.directory.find(self._user) if self._signed_in else None
        self._held = list(mailbox.messages) if mailbox is not None else []
        self._wire.write("+OK Logged in." if self._signed_in else f"-ERR {self._desk.manners.pop3_refusal}")

    def _named(self, argument: str) -> Message | None:
        """Return the message that a command is about; one that is marked for removal is there no more."""
        number = (argument.split() or [""])[0]
        at = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0
        return self._held[at - 1] if 0 < at <= len(self._held) and at not in self._marked else None

    def _answer(self, name: str, number: str, message: Message) -> None:
        """Carry out a command about one message."""
        if name == "UIDL":
            self._wire.write(f"+OK {number} {message.uid}")
        elif name == "DELE":
            self._marked.add(int(number))
            self._wire.write("+OK Marked to be deleted.")
        else:
            head = message.content.partition(b"\r\n\r\n")[0].split(b"\r\n")
            stuffed = [b"." + line if line.startswith(b".") else line for line in head]
            self._wire.write("+OK", *stuffed, "", ".")

    def _update(self) -> None:
        """Remove what was marked (RFC 1939 section 6)."""
        mailbox = self._desk.directory.find(self._user)
        gone = {self._held[number - 1].uid for number in self._marked}
        if mailbox is not None and gone:
            mailbox.messages[:] = [message for message in mailbox.messages if message.uid not in gone]
