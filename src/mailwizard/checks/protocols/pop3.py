"""POP3 over a line: replies (RFC 1939), capabilities and response codes (RFC 2449, RFC 3206), SASL (RFC 5034)."""

from __future__ import annotations

import re

from mailwizard.checks.challenges import challenge, conceal_proof
from mailwizard.checks.sasl import encoded
from mailwizard.model import Failure
from mailwizard.net import Line

_STATUS = re.compile(r"(\+OK|-ERR)(?![A-Za-z0-9])[: \t]*(.*)", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"\[(AUTH|IN-USE|LOGIN-DELAY|SYS/TEMP|SYS/PERM|UTF8)\]", re.IGNORECASE)
_COUNTED = re.compile(r"([0-9]{1,12}) ([0-9]{1,18})\b")
_TIMESTAMP = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_COMMAND_LIMIT = 255
"""Bytes in one AUTH command, its end included (RFC 5034 section 4)."""


class Pop3:
    """A client's side of one POP3 session."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.capabilities: tuple[str, ...] = ()
        """What the server can do as of its last word on it, each with its arguments."""
        self.says_capabilities = True
        """Whether the server knows how to say what it can do at all."""
        self.timestamp = ""
        """What the greeting has for APOP to prove the secret with; forget it when TLS comes after it."""
        self._mechanism = ""

    async def greeting(self) -> str:
        """Read the greeting and return what it says.

        Raises:
            Failure: ``pop3.err`` or the response code, ``reply.garbled`` with what came instead.
        """
        text = await self._status()
        found = _TIMESTAMP.search(text)
        self.timestamp = found[0] if found else ""
        return f"+OK {text}".rstrip()

    async def ask(self, command: str, *, shown: str = "") -> str:
        """Send one command and return what a good reply says.

        Raises:
            Failure: ``pop3.err`` or the response code, such as ``pop3.in-use``; of the line; ``reply.garbled``.
        """
        await self._send(command.encode(), shown)
        return await self._status()

    async def learn_capabilities(self) -> None:
        """Ask what the server can do; old servers do not know the question (RFC 2449 section 5)."""
        self.capabilities, self.says_capabilities = (), True
        try:
            await self.ask("CAPA")
        except Failure as failure:
            if not failure.code.startswith("pop3."):
                raise
            self.says_capabilities = False
        else:
            self.capabilities = tuple(" ".join(line.split()) for line in await self._rest() if line.strip())

    async def count(self) -> tuple[int, int]:
        """Return how many messages there are, and how many octets they have (STAT).

        Raises:
            Failure: what the server said; ``reply.garbled``.
        """
        said = await self.ask("STAT")
        counted = _COUNTED.match(said)
        if counted is None:
            raise Failure("reply.garbled", f"asked how much mail there is, it said: {said}")
        return int(counted[1]), int(counted[2])

    async def head(self, number: int) -> str:
        """Return the header of a message, without taking it as fetched (TOP, RFC 1939 section 7).

        Raises:
            Failure: what the server said.
        """
        await self.ask(f"TOP {number} 0")
        return "\r\n".join(await self._rest()) + "\r\n"

    async def remove(self, number: int) -> None:
        """Mark a message for removal; it goes when the server has answered :meth:`leave` (RFC 1939 section 6).

        Raises:
            Failure: what the server said.
        """
        await self.ask(f"DELE {number}")

    async def leave(self) -> None:
        """End the session, so that what was marked is removed.

        Raises:
            Failure: what the server said where it could not remove all of it.
        """
        await self.ask("QUIT")

    def offers(self, name: str) -> bool:
        """Return whether the server named a capability."""
        return any(capability.upper().split(" ")[0] == name for capability in self.capabilities)

    def argument(self, name: str) -> str:
        """Return what a capability says of itself, or nothing."""
        said = (capability.partition(" ") for capability in self.capabilities)
        return next((rest for keyword, _, rest in said if keyword.upper() == name), "")

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Return the ways to sign in: those of SASL, and POP3's own.

        USER is tried as well where a server names no way at all, or does not say what it can do: a timestamp in the
        greeting alone does not promise that APOP works.
        """
        names = self.argument("SASL").upper().split()
        names += ["APOP"] if self.timestamp else []
        names += ["USER"] if self.offers("USER") or not (names and self.says_capabilities) else []
        return tuple(dict.fromkeys(names))

    def takes_initial(self, mechanism: str, initial: bytes) -> bool:
        """Return whether the first response may come along: it has to fit into the line."""
        if mechanism == "NTLM":
            return False  # [MS-POP3] section 2.2.1 knows none
        return mechanism == "USER" or len(f"AUTH {mechanism} \r\n".encode() + encoded(initial)) <= _COMMAND_LIMIT

    async def begin(self, mechanism: str, initial: bytes | None) -> bytes | None:
        """Name the mechanism, with the first response where there is one."""
        self._mechanism = mechanism
        if mechanism == "APOP":
            return self.timestamp.encode()
        if mechanism == "USER" and initial is not None:
            await self.ask(f"USER {initial.decode()}")
            return b""
        command = f"AUTH {mechanism}"
        if mechanism == "NTLM":
            return await self._begin_ntlm()
        if initial is None:
            return await self._challenge(command.encode(), "")
        return await self._challenge(f"{command} ".encode() + (encoded(initial) or b"="), f"{command} (secret)")

    async def _begin_ntlm(self) -> bytes:
        """Name NTLM; servers go ahead with ``+OK`` ([MS-POP3] section 2.2.2) or with ``+`` and, perhaps, prose."""
        await self._send(b"AUTH NTLM", "")
        text = await self._line()
        if not text.startswith("+"):
            self._good(text)
        return b""

    async def respond(self, response: bytes, *, hidden: bool) -> bytes | None:
        """Answer a challenge."""
        if self._mechanism == "APOP":
            await self.ask(f"APOP {response.decode()}", shown=f"APOP {response.decode().rpartition(' ')[0]} (secret)")
            return None
        if self._mechanism == "USER":
            await self.ask(f"PASS {response.decode()}", shown="PASS (secret)")
            return None
        return await self._challenge(encoded(response), "(secret)" if hidden else "")

    async def abandon(self) -> None:
        """Break the conversation off (RFC 5034 section 4)."""
        await self.line.send(b"*\r\n")

    async def _challenge(self, command: bytes, shown: str) -> bytes | None:
        """Send, and return the challenge, or ``None`` once signed in."""
        await self._send(command, shown)
        text = await self._line()
        if text.startswith("+") and not text.upper().startswith("+OK"):
            return challenge(self.line, self._mechanism, text[1:])
        conceal_proof(self.line, self._mechanism, text)
        self._good(text)
        return None

    async def _send(self, command: bytes, shown: str) -> None:
        if b"\r" in command or b"\n" in command or b"\0" in command:
            raise Failure("bug", "a command with a line end or NUL in it was kept back")
        if self.line.unread:
            said = self._good(await self._line())
            raise Failure("reply.garbled", f"the server answered before it was asked: {self.line.scrub(said)}")
        await self.line.send(command + b"\r\n", shown=shown)

    async def _status(self) -> str:
        return self._good(await self._line())

    def _good(self, text: str) -> str:
        """Return what a good reply says; any other is raised."""
        found = _STATUS.fullmatch(text)
        if found is None:
            raise self._garbled(text)
        said = found[2].strip()
        if found[1].upper() == "+OK":
            return said
        code = _CODE.match(said)
        raise Failure(f"pop3.{code[1].lower() if code else 'err'}", self.line.scrub(text.strip()))

    async def _rest(self) -> list[str]:
        """Read the further lines of a reply, up to the dot that ends it (RFC 1939 section 3)."""
        lines: list[str] = []
        while (text := (await self._line()).rstrip("\r")) != ".":
            lines.append(text.removeprefix("."))
        return lines

    async def _line(self) -> str:
        """Read one line.

        Raises:
            Failure: of the line; ``reply.garbled``.
        """
        text = (await self.line.read_line()).decode("utf-8", "backslashreplace")
        if "\0" in text:
            raise self._garbled(text)
        return text

    def _garbled(self, text: str) -> Failure:
        """Return something that is no POP3 as a failure."""
        return Failure("reply.garbled", self.line.scrub(text)[:500])
