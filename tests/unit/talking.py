"""Speak to the servers of the sandbox by hand, line by line, through its own door."""

from __future__ import annotations

from base64 import b64encode

from mailwizard.model import Security
from mailwizard.net import Line, addresses
from mailwizard.sandbox import World


class Talk:
    """One conversation; every answer comes back whole."""

    def __init__(self, line: Line) -> None:
        self.line = line

    async def hear(self) -> str:
        """Return the next line."""
        return (await self.line.read_line()).decode()

    async def smtp(self, command: str, shown: str = "") -> list[str]:
        """Send an SMTP command and return the lines of its reply."""
        await self.line.send(f"{command}\r\n".encode(), shown=shown)
        lines = [await self.hear()]
        while lines[-1][3:4] == "-":
            lines.append(await self.hear())
        return lines

    async def imap(self, command: str, shown: str = "") -> list[str]:
        """Send an IMAP command, its tag first, and return all lines up to the tagged or a continuing one."""
        await self.line.send(f"{command}\r\n".encode(), shown=shown)
        tag = command.split(" ")[0]
        lines = [await self.hear()]
        while not lines[-1].startswith((f"{tag} ", "+ ")):
            lines.append(await self.hear())
        return lines


async def connect(world: World, host: str, port: int) -> Talk:
    """Connect to a host of the world, in clear."""
    found = await addresses(world.net, host)
    return Talk(await world.net.open([record.value for record in found], port))


async def greeted(world: World, host: str, port: int, security: Security) -> tuple[Talk, str]:
    """Connect, encrypt where that comes first, and return the greeting."""
    talk = await connect(world, host, port)
    try:
        if security is Security.TLS:
            await talk.line.encrypt(host)
        return talk, await talk.hear()
    except BaseException:
        await talk.line.close()
        raise


async def submission(world: World, host: str) -> Talk:
    """Return a conversation on port 587, encrypted, after EHLO."""
    talk = await connect(world, host, 587)
    await talk.hear()
    await talk.smtp("EHLO client.example")
    assert (await talk.smtp("STARTTLS"))[0].startswith("220 ")
    await talk.line.encrypt(host)
    await talk.smtp("EHLO client.example")
    return talk


def plain(user: str, secret: str) -> str:
    """Return the answer of SASL PLAIN (RFC 4616)."""
    return b64(f"\0{user}\0{secret}")


def b64(text: str) -> str:
    """Return text in Base64."""
    return b64encode(text.encode()).decode()
