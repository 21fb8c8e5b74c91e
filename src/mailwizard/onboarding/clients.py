"""The standard library's clients on a connection that is there already and signed in."""

from __future__ import annotations

import imaplib  # noqa: TID251 - the connection is ours, the client is what an application knows
import smtplib  # noqa: TID251
from typing import TYPE_CHECKING

from mailwizard.onboarding.trouble import NotReady

if TYPE_CHECKING:
    import socket

_CLIENT = "[127.0.0.1]"
_GREETS = 220


def smtp(sock: socket.socket, timeout: float) -> smtplib.SMTP:
    """Return a client that has heard the greeting; ``timeout`` is seconds for each answer.

    Raises:
        NotReady: where the connection ended meanwhile, or says what no such server says; it is closed then.
    """
    client = smtplib.SMTP(local_hostname=_CLIENT, timeout=timeout)
    client.sock = sock
    try:
        code, said = client.getreply()
        if code != _GREETS:
            raise smtplib.SMTPConnectError(code, said)
    except (OSError, ValueError) as error:
        client.close()
        raise unusable(error) from None
    return client


def imap(sock: socket.socket) -> imaplib.IMAP4:
    """Return a client that has asked the server what it can.

    Raises:
        NotReady: as :func:`smtp`.
    """
    try:
        return _Imap(sock)
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        sock.close()
        raise unusable(error) from None


def unusable(error: Exception) -> NotReady:
    """Return what to say of a connection that a library, or this machine, could not go on with."""
    from mailwizard.net.clean import clean

    said = error.args[-1] if error.args else ""
    why = clean(said if isinstance(said, bytes) else str(said), 200).rstrip(".") or "it says nothing that can be read"
    return NotReady(f"The connection cannot be used: {why}. Try again; mailwizard check says more.", (), ())


class _Imap(imaplib.IMAP4):
    """The standard library's client on a connection that is there already."""

    def __init__(self, sock: socket.socket) -> None:
        self._ready = sock
        super().__init__()

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        """Return the connection that is there; the library calls this in its ``open``."""
        return self._ready
