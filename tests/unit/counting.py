"""A mail server of three protocols that checks a password by many mechanisms, and counts who tried to sign in."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

from scramp import ScramException, ScramMechanism
from tests.unit.scripted import Act, Peer, Script, context

from mailwizard.model import Protocol, Security

USER, RIGHT = "alice", "right-as-rain"
TIMESTAMP = "<1896.697170952@mail.test>"

Fault = Callable[[asyncio.StreamWriter], Any]
"""What happens instead of the answer once a secret has come."""


class Counting(Peer):
    """Offers ``offer`` (lines of SMTP, capabilities of IMAP and POP3) before and after TLS alike."""

    def __init__(
        self,
        protocol: Protocol,
        security: Security,
        offer: tuple[str, ...],
        *,
        timestamp: bool = False,
        fault: bytes | Act | None = None,
    ) -> None:
        super().__init__(())
        self.protocol, self.security, self.offer = protocol, security, offer
        self.timestamp, self.fault = timestamp, fault
        self.attempts: list[str] = []
        """How each sign-in was begun."""
        self.successes = 0

    async def _follow(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer, self._tag = reader, writer, "*"
        if self.security is Security.TLS:
            await writer.start_tls(context())
        mark = f" {TIMESTAMP}" if self.timestamp else ""
        self._say({Protocol.SMTP: "220 hi", Protocol.IMAP: "* OK hi", Protocol.POP3: f"+OK hi{mark}"}[self.protocol])
        while line := await self._read():
            word, _, rest = line.partition(" ")
            if self.protocol is Protocol.IMAP:
                self._tag, (word, _, rest) = word, rest.partition(" ")
            await self._obey(word.upper(), rest)

    async def _obey(self, word: str, rest: str) -> None:
        """Do what one command asks."""
        if word in {"EHLO", "CAPA", "CAPABILITY"}:
            self._capabilities()
        elif word in {"STARTTLS", "STLS"}:
            self._done("go ahead", smtp="220")
            await self._writer.start_tls(context())
        elif word in {"AUTH", "AUTHENTICATE"}:
            name, _, initial = rest.partition(" ")
            await self._judge(word, await self._sasl(name.upper(), initial))
        elif word == "LOGIN":
            await self._judge(word, rest == f'"{USER}" "{RIGHT}"')
        elif word == "APOP":
            digest = hashlib.md5(f"{TIMESTAMP}{RIGHT}".encode()).hexdigest()
            await self._judge(word, rest == f"{USER} {digest}")
        elif word == "PASS":
            await self._judge(word, rest == RIGHT)
        else:
            self._done("0 0" if word == "STAT" else "fine", smtp="250")

    def _capabilities(self) -> None:
        start = ("STLS",) if self.protocol is Protocol.POP3 else ("STARTTLS",)
        offer = (*self.offer, *(start if self.security is Security.STARTTLS else ()))
        if self.protocol is Protocol.SMTP:
            self._say("250-x", *(f"250-{line}" for line in offer), "250 8BITMIME")
        elif self.protocol is Protocol.IMAP:
            self._say(f"* CAPABILITY IMAP4rev1 {' '.join(offer)}")
            self._done("done")
        else:
            self._say("+OK", *offer, "UIDL", ".")

    async def _judge(self, word: str, right: bool) -> None:
        """Take somebody in, refuse, or do what is wrong with this server."""
        self.attempts.append(word)
        if isinstance(self.fault, bytes):
            self._writer.write(self.fault.replace(b"TAG", self._tag.encode()))
            await self._writer.drain()
        if self.fault is Act.RESET or (isinstance(self.fault, bytes) and self.fault.startswith((b"421", b"* BYE"))):
            raise ConnectionError
        if self.fault is not None:
            return
        self.successes += right
        if right:
            self._done("in", smtp="235")
        else:
            self._say({
                Protocol.SMTP: "535 5.7.8 no", Protocol.IMAP: f"{self._tag} NO [AUTHENTICATIONFAILED] no",
                Protocol.POP3: "-ERR [AUTH] no",
            }[self.protocol])  # fmt: skip

    async def _sasl(self, name: str, initial: str) -> bool:
        """Return whether somebody proved to be who they say; a name that is unknown proves nothing."""
        if name in {"SCRAM-SHA-1", "SCRAM-SHA-256"}:
            return await self._scram(name, initial)
        if name == "CRAM-MD5":
            said = await self._asked(TIMESTAMP.encode())
            return said == f"{USER} {hmac.new(RIGHT.encode(), TIMESTAMP.encode(), 'md5').hexdigest()}".encode()
        if name == "LOGIN":
            who = base64.b64decode(initial) if initial else await self._asked(b"Username:")
            return (who, await self._asked(b"Password:")) == (USER.encode(), RIGHT.encode())
        if name == "PLAIN":
            said = base64.b64decode(initial) if initial else await self._asked(b"")
            return said == f"\0{USER}\0{RIGHT}".encode()
        raise AssertionError(f"{name} was not offered to be used")

    async def _scram(self, name: str, initial: str) -> bool:
        mechanism = ScramMechanism(name)
        known: Any = mechanism.make_auth_info(RIGHT, iteration_count=4096)
        server = mechanism.make_server(lambda user: known, None)
        first = base64.b64decode(initial) if initial else await self._asked(b"")
        try:
            server.set_client_first(first.decode())
            server.set_client_final((await self._asked(server.get_server_first().encode())).decode())
        except ScramException:
            return False
        await self._asked(server.get_server_final().encode())
        return True

    async def _asked(self, challenge: bytes) -> bytes:
        ahead = "334" if self.protocol is Protocol.SMTP else "+"
        self._say(f"{ahead} {base64.b64encode(challenge).decode()}")
        return base64.b64decode(await self._read())

    def _done(self, text: str, smtp: str = "250") -> None:
        self._say({
            Protocol.SMTP: f"{smtp} {text}", Protocol.IMAP: f"{self._tag} OK {text}", Protocol.POP3: f"+OK {text}",
        }[self.protocol])  # fmt: skip

    def _say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())

    async def _read(self) -> str:
        line = await self._reader.readline()
        if self._writer.get_extra_info("ssl_object") is None:
            self.clear += line
        else:
            self.encrypted += line
        return re.sub(rb"\r?\n\Z", b"", line).decode()
