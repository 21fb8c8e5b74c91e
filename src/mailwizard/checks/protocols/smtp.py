"""SMTP's grammar over a line: commands, replies (RFC 5321), status codes (RFC 2034), AUTH (RFC 4954)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mailwizard.checks.challenges import challenge, conceal_proof
from mailwizard.checks.sasl import encoded
from mailwizard.model import Failure
from mailwizard.net import Line

CLIENT_NAME = "[127.0.0.1]"
"""Who we say we are: a laptop has no name that a server could check, and this tells nothing about it."""

_COMMAND_LIMIT = 12288
"""Bytes in one AUTH command, its end included."""
_LINE = re.compile(r"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered: its code, the enhanced status code of RFC 3463 or nothing, and its lines."""

    code: int
    enhanced: str
    lines: tuple[str, ...]
    """Without reply codes and enhanced status codes."""

    @property
    def text(self) -> str:
        """Return the whole reply on one line, as a log would show it."""
        said = " ".join(line for line in self.lines if line)
        return " ".join(part for part in (str(self.code), self.enhanced, said) if part)

    @property
    def good(self) -> bool:
        """Return whether the server did what was asked; 221 says that it hangs up instead."""
        return 200 <= self.code < 300 and self.code != 221


class Smtp:
    """A client's side of one SMTP session."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.extensions: tuple[str, ...] = ()
        self._mechanism = ""

    async def ask(self, command: bytes, *, shown: str = "") -> Reply:
        """Send one command and read the reply.

        Raises:
            Failure: of the line; ``reply.garbled``.
        """
        if b"\r" in command or b"\n" in command or b"\0" in command:
            raise Failure("bug", "a command with a line end or NUL in it was kept back")
        return await self._exchange(command + b"\r\n", shown)

    async def post(self, body: bytes) -> Reply:
        """Send a message with the dot that ends it, and read the reply.

        Raises:
            Failure: of the line; ``reply.garbled``.
        """
        return await self._exchange(body, "")

    async def _exchange(self, data: bytes, shown: str) -> Reply:
        """Send, and read the reply; what the server said before it was asked is no answer to this."""
        if self.line.unread:
            early = await self.hear()
            if early.code >= 400:
                raise self.failure(early)
            said = self.line.scrub(early.text)
            raise Failure("reply.garbled", f"the server answered before it was asked: {said}")
        await self.line.send(data, shown=shown)
        return await self.hear()

    async def hear(self) -> Reply:
        """Read one reply, of several lines where the server has more to say (RFC 5321 section 4.2.1).

        Raises:
            Failure: of the line; ``reply.garbled`` with what came instead.
        """
        lines: list[str] = []
        enhanced = first = ""
        while True:
            raw = await self.line.read_line()
            text = raw.decode("utf-8", "backslashreplace")
            found = _LINE.fullmatch(text)
            if found is None or "\0" in text or found[1] != (first or found[1]):
                raise Failure("reply.garbled", self.line.scrub(text)[:500])
            first, mark, said = found[1], found[2], found[3] or ""
            status = _ENHANCED.match(said)
            if status and status[1][0] == first[0]:
                enhanced, said = enhanced or status[1], said[status.end() :]
            lines.append(said.strip())
            if mark != "-":
                return Reply(int(first), enhanced, tuple(lines))

    async def hello(self) -> None:
        """Introduce ourselves and learn what the server can do.

        Raises:
            Failure: ``smtp.NNN`` where it does not want to know us.
        """
        reply = await self.ask(f"EHLO {CLIENT_NAME}".encode())
        if reply.code != 250:
            raise self.failure(reply, "reply.garbled" if reply.good else "")
        self.extensions = tuple(line for line in reply.lines[1:] if line)

    def offers(self, keyword: str) -> bool:
        """Return whether the server named an extension."""
        return any(line.upper().split(" ")[0] == keyword for line in self.extensions)

    def argument(self, keyword: str) -> str:
        """Return what an extension says of itself, or nothing."""
        said = (line.partition(" ") for line in self.extensions)
        return next((rest.strip() for name, _, rest in said if name.upper() == keyword), "")

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Return the SASL mechanisms offered, also where the list has the dialect ``AUTH=`` of old servers."""
        names: list[str] = []
        for line in self.extensions:
            keyword, _, rest = line.upper().replace("AUTH=", "AUTH ", 1).partition(" ")
            if keyword == "AUTH":
                names += rest.split()
        return tuple(dict.fromkeys(names))

    def takes_initial(self, mechanism: str, initial: bytes) -> bool:
        """Return whether the first response may come along: it has to fit into the line (RFC 4954 section 4).

        NTLM is named alone, because old servers know no other way.
        """
        if mechanism == "NTLM":
            return False
        return len(f"AUTH {mechanism} \r\n".encode() + encoded(initial)) <= _COMMAND_LIMIT

    async def begin(self, mechanism: str, initial: bytes | None) -> bytes | None:
        """Name the mechanism, with the first response where there is one."""
        self._mechanism, command = mechanism, f"AUTH {mechanism}"
        if initial is None:
            reply = await self.ask(command.encode())
            # What follows the code is prose there: [MS-SMTPNTLM] section 2.2.1.2.
            return b"" if mechanism == "NTLM" and reply.code == 334 else self._challenge(reply)
        data = encoded(initial) or b"="
        return self._challenge(await self.ask(f"{command} ".encode() + data, shown=f"{command} (secret)"))

    async def respond(self, response: bytes, *, hidden: bool) -> bytes | None:
        """Answer a challenge."""
        return self._challenge(await self.ask(encoded(response), shown="(secret)" if hidden else ""))

    async def abandon(self) -> None:
        """Break the conversation off (RFC 4954 section 4)."""
        await self.line.send(b"*\r\n")

    def failure(self, reply: Reply, code: str = "") -> Failure:
        """Return a reply as a failure, named after its code unless it has a better name."""
        scrubbed = replace(reply, lines=tuple(self.line.scrub("\n".join(reply.lines)).split("\n")))
        return Failure(code or f"smtp.{reply.code}", scrubbed.text, enhanced=reply.enhanced)

    def _challenge(self, reply: Reply) -> bytes | None:
        """Return the challenge, or ``None`` once signed in; a refusal is raised."""
        if reply.code == 334:
            return challenge(self.line, self._mechanism, *reply.lines)
        conceal_proof(self.line, self._mechanism, reply.text)
        if reply.code == 235:
            return None
        raise self.failure(reply, "reply.garbled" if reply.good else "")
