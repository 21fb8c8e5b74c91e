"""IMAP4rev1 (RFC 3501): greeting, capabilities, STARTTLS, signing in, and a look at the folders."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Callable
from functools import partial

from mailwizard.model import Protocol
from mailwizard.sandbox.mailboxes import Mailbox, Message, Verdict
from mailwizard.sandbox.servers import Desk
from mailwizard.sandbox.servers._imap_command import Command, read_command
from mailwizard.sandbox.servers._imap_folder import act
from mailwizard.sandbox.servers._tokens import MECHANISMS, bearer, challenge
from mailwizard.sandbox.wire import Wire

_Answer = Callable[[Command], Awaitable[None]]
_GLANCE = 0.05
"""Seconds between two looks for new messages while a client idles."""
_BAD_COMMANDS = 10
"""Commands that make no sense until the server hangs up."""


def serve(desk: Desk) -> asyncio.Protocol:
    """Answer one connection."""
    return Wire(lambda wire: _Session(desk, wire).run(), desk.ports.run)


class _Session:
    """One connection, from the greeting to the goodbye."""

    def __init__(self, desk: Desk, wire: Wire) -> None:
        self._desk, self._wire = desk, wire
        self._manners = desk.manners
        self._encrypted = desk.starttls is None
        self._mailbox: Mailbox | None = None
        self._selected = ""
        self._seen = 0
        self._over = False
        always: dict[str, _Answer] = {
            "CAPABILITY": self._capability,
            "NOOP": self._noop,
            "ID": self._id,
            "LOGOUT": self._logout,
            "STARTTLS": self._starttls,
        }
        self._before: dict[str, _Answer] = {**always, "LOGIN": self._login, "AUTHENTICATE": self._authenticate}
        self._after: dict[str, _Answer] = {
            **always,
            "LIST": self._list,
            "NAMESPACE": self._namespace,
            "SELECT": partial(self._select, read_only=False),
            "EXAMINE": partial(self._select, read_only=True),
            "CLOSE": self._close,
            "UNSELECT": self._close,
            "UID": self._uid,
            "APPEND": self._append,
            "IDLE": self._idle,
        }

    async def run(self) -> None:
        """Greet, and answer commands until one side has enough."""
        told = f"[CAPABILITY {self._capabilities()}] " if self._manners.tells_capabilities else ""
        self._wire.write(f"* OK {told}{self._manners.imap_banner(self._desk.host)}")
        bad = 0
        while not self._over:
            command = await read_command(self._wire)
            known = self._after if self._mailbox is not None else self._before
            answer = known.get(command.name)
            if answer is not None:
                await answer(command)
                continue
            bad += 1
            self._end(command, "BAD", "Error in IMAP command received by server.")
            self._over = bad >= _BAD_COMMANDS

    def _capabilities(self) -> str:
        """Return what is offered now; nothing to sign in with before TLS (RFC 8314 section 3)."""
        manners = self._manners
        if self._encrypted:
            offered = [*manners.imap_extensions, *(f"AUTH={name}" for name in manners.imap_mechanisms)]
        else:
            offered = [*manners.imap_extensions, "STARTTLS", "LOGINDISABLED"]
        return " ".join(["IMAP4rev1", *offered])

    def _end(self, command: Command, status: str, text: str) -> None:
        """Send the tagged answer."""
        self._wire.write(f"{command.tag or '*'} {status} {text}")

    async def _capability(self, command: Command) -> None:
        self._wire.write(f"* CAPABILITY {self._capabilities()}")
        self._end(command, "OK", "CAPABILITY completed.")

    async def _noop(self, command: Command) -> None:
        self._end(command, "OK", "NOOP completed.")

    async def _id(self, command: Command) -> None:
        self._wire.write(f'* ID ("name" "{self._manners.imap_name}")')
        self._end(command, "OK", "ID completed.")

    async def _logout(self, command: Command) -> None:
        self._wire.write("* BYE Logging out")
        self._end(command, "OK", "LOGOUT completed.")
        self._over = True

    async def _starttls(self, command: Command) -> None:
        if self._encrypted or self._desk.starttls is None:
            self._end(command, "BAD", "TLS is already active.")
            return
        self._end(command, "OK", "Begin TLS negotiation now.")
        await self._wire.encrypt(self._desk.starttls)
        self._encrypted = True

    async def _login(self, command: Command) -> None:
        """Sign in with a name and a password as they are (RFC 3501 section 6.2.3)."""
        if len(command.arguments) != 2:
            self._end(command, "BAD", "LOGIN takes a user name and a password.")
            return
        user, secret = (argument.decode("utf-8", "replace") for argument in command.arguments)
        self._judge(command, "LOGIN", user, secret)

    async def _authenticate(self, command: Command) -> None:
        """Sign in with a SASL mechanism, its first answer along with it or not (RFC 4959)."""
        mechanism = command.arguments[0].decode("ascii", "replace").upper() if command.arguments else ""
        if mechanism in MECHANISMS and mechanism in self._manners.imap_mechanisms:
            await self._token(command, mechanism)
            return
        converse = {"PLAIN": self._plain, "LOGIN": self._challenges}.get(mechanism)
        if converse is None or mechanism not in self._manners.imap_mechanisms:
            self._end(command, "NO", "[CANNOT] Unsupported authentication mechanism.")
            return
        try:
            user, secret = await converse(*command.arguments[1:2])
        except ValueError:
            self._end(command, "BAD", "Invalid base64 data in AUTHENTICATE.")
            return
        self._judge(command, mechanism, user, secret)

    async def _plain(self, initial: bytes | None = None) -> tuple[str, str]:
        """Return name and password of RFC 4616."""
        _, user, secret = _decoded(await self._response("", initial)).split("\0")
        return user, secret

    async def _challenges(self, initial: bytes | None = None) -> tuple[str, str]:
        """Return name and password, asked for one by one."""
        user = _decoded(await self._response("VXNlcm5hbWU6", initial))
        return user, _decoded(await self._response("UGFzc3dvcmQ6", None))

    async def _token(self, command: Command, mechanism: str) -> None:
        """Sign in with a token; why it is refused may go ahead, and is answered before the refusal."""
        desk = self._desk
        try:
            answer = await self._response("", *command.arguments[1:2])
            user, token = bearer(mechanism, b64decode(answer, validate=True))
        except ValueError:
            self._end(command, "BAD", "Invalid SASL argument in AUTHENTICATE.")
            return
        if not self._encrypted:
            self._judge(command, mechanism, user, token)
            return
        verdict = desk.directory.sign_in_with_token(desk.place, Protocol.IMAP, mechanism, user, token)
        if verdict is not Verdict.WELCOME and self._manners.token_reason:
            self._wire.write(f"+ {challenge(self._manners.token_reason)}")
            await self._wire.read_line()
        self._finish(command, verdict, user)

    async def _response(self, prompt: str, initial: bytes | None = None) -> bytes:
        """Return the first answer that came along, or ask for one.

        Raises:
            ValueError: where the client gives up with ``*``.
        """
        if initial is not None:
            return b"" if initial == b"=" else initial
        self._wire.write(f"+ {prompt}")
        answer = await self._wire.read_line()
        if answer == b"*":
            raise ValueError("given up")
        return answer

    def _judge(self, command: Command, mechanism: str, user: str, secret: str) -> None:
        """Let the user in or not; before TLS nobody is let in."""
        directory, place = self._desk.directory, self._desk.place
        if not self._encrypted:
            directory.refuse(place, mechanism, user, secret, Verdict.WRONG)
            self._end(command, "NO", "[PRIVACYREQUIRED] Plaintext authentication disallowed on insecure connections.")
            return
        self._finish(command, directory.sign_in(place, Protocol.IMAP, mechanism, user, secret), user)

    def _finish(self, command: Command, verdict: Verdict, user: str) -> None:
        """Answer a sign-in."""
        text = self._manners.imap_verdict(verdict, command.name, user)
        if verdict is not Verdict.WELCOME:
            self._end(command, "NO", text)
            return
        self._mailbox = self._desk.directory.find(user)
        told = f"[CAPABILITY {self._capabilities()}] " if self._manners.tells_capabilities else ""
        self._end(command, "OK", told + text)

    async def _list(self, command: Command) -> None:
        """List the folders with what they are for (RFC 6154)."""
        for name, use in self._manners.imap_folders:
            flags = rf"\HasNoChildren {use}".strip()
            self._wire.write(f'* LIST ({flags}) "/" "{name}"')
        self._end(command, "OK", "LIST completed.")

    async def _namespace(self, command: Command) -> None:
        self._wire.write('* NAMESPACE (("" "/")) NIL NIL')
        self._end(command, "OK", "NAMESPACE completed.")

    async def _select(self, command: Command, *, read_only: bool) -> None:
        """Open a folder."""
        name = command.arguments[0].decode("utf-8", "replace") if len(command.arguments) == 1 else ""
        folders = {folder.lower(): folder for folder, _ in self._manners.imap_folders}
        if name.lower() not in folders:
            self._end(command, "NO", "[NONEXISTENT] Mailbox doesn't exist.")
            return
        self._selected = folders[name.lower()]
        messages = self._mailbox.folder(self._selected) if self._mailbox is not None else []
        self._seen = len(messages)
        self._wire.write(
            r"* FLAGS (\Answered \Flagged \Deleted \Seen \Draft)",
            f"* {len(messages)} EXISTS",
            "* 0 RECENT",
            "* OK [UIDVALIDITY 1763719200] UIDs valid",
            f"* OK [UIDNEXT {(self._mailbox.numbered if self._mailbox else 0) + 1}] Predicted next UID",
        )
        access = "READ-ONLY" if read_only else "READ-WRITE"
        self._end(command, "OK", f"[{access}] {command.name} completed.")

    async def _uid(self, command: Command) -> None:
        """Search, fetch, mark or remove messages by their numbers."""
        if self._mailbox is None or not self._selected or not command.arguments:
            self._end(command, "BAD", "No mailbox selected.")
            return
        what = command.arguments[0].decode("ascii", "replace").upper()
        try:
            lines = act(self._mailbox, self._selected, what, command.arguments[1:], self._manners.imap_folders)
        except ValueError as wrong:
            self._end(command, "BAD", str(wrong))
            return
        self._wire.write(*lines)
        self._end(command, "OK", f"UID {what} completed.")

    async def _append(self, command: Command) -> None:
        """Put a message into a folder."""
        name = command.arguments[0].decode("utf-8", "replace") if len(command.arguments) > 1 else ""
        if self._mailbox is None or name not in {folder for folder, _ in self._manners.imap_folders}:
            self._end(command, "NO", "[TRYCREATE] Mailbox doesn't exist.")
            return
        self._mailbox.put(name, Message(self._mailbox.address, (), command.arguments[-1]))
        self._end(command, "OK", "APPEND completed.")

    async def _idle(self, command: Command) -> None:
        """Tell of new messages until the client has heard enough (RFC 2177)."""
        self._wire.write("+ idling")
        done = asyncio.ensure_future(self._wire.read_line())
        try:
            while not done.done():
                count = len(self._mailbox.folder(self._selected)) if self._mailbox and self._selected else 0
                if count > self._seen:
                    self._wire.write(f"* {count} EXISTS")
                self._seen = count
                await asyncio.wait({done}, timeout=_GLANCE)
        finally:
            done.cancel()
        if done.result().upper() == b"DONE":
            self._end(command, "OK", "IDLE completed.")
        else:
            self._end(command, "BAD", "Expected DONE.")

    async def _close(self, command: Command) -> None:
        if not self._selected:
            self._end(command, "BAD", "No mailbox selected.")
            return
        self._selected = ""
        self._end(command, "OK", f"{command.name} completed.")


def _decoded(text: bytes) -> str:
    """Return what Base64 stands for.

    Raises:
        ValueError: where it is none.
    """
    return b64decode(text, validate=True).decode("utf-8", "replace")
