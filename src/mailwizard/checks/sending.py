"""May this account write as this From? Asked with MAIL FROM and RCPT TO (RFC 6409); no message follows."""

from __future__ import annotations

from mailwizard.checks.confirming import readable
from mailwizard.checks.leftovers import remember
from mailwizard.checks.order import Order
from mailwizard.checks.parcel import Parcel, stuffed
from mailwizard.checks.protocols.smtp import Reply, Smtp
from mailwizard.model import Address, Facts, Failure, Step
from mailwizard.witness import Note, Witness

ASKED_SIZE = 4096
"""Octets that a test message may have (RFC 1870)."""


async def ask_senders(smtp: Smtp, order: Order, witness: Witness) -> tuple[Address, ...]:
    """Ask for each From whether a message to the account itself would be taken; return those that would.

    A From that is refused has been told and keeps none of the others from being asked.

    Raises:
        Failure: where the conversation cannot go on.
    """
    taken = []
    for sender in order.senders:
        recipient = order.recipient or sender
        try:
            async with witness.step(Step.MAIL_FROM) as note:
                note.add(*of_the_login(sender, order))
                await _name_sender(smtp, sender, recipient, note)
            async with witness.step(Step.RCPT_TO) as note:
                note.add(*of_the_login(sender, order))
                await _name_recipient(smtp, sender, recipient, note)
        except Failure as failure:
            if not failure.code.startswith(("smtp.", "sender.")) or failure.code == "smtp.421":
                raise
        else:
            taken.append(sender)
    return tuple(taken)


def opening(smtp: Smtp, sender: Address, recipient: Address, size: int) -> bytes:
    """Return the MAIL FROM command, with the parameters that this server understands.

    Raises:
        Failure: ``sender.too-large`` where the message is larger than the server takes; ``sender.utf8`` where an
            address needs SMTPUTF8 (RFC 6531) and it is not offered.
    """
    limit = smtp.argument("SIZE")
    if limit.isascii() and limit.isdecimal() and 0 < int(limit[:18]) < size:
        raise Failure("sender.too-large", f"it takes messages of up to {limit} octets, and ours has {size}")
    parameters = [f"SIZE={size}"] if smtp.offers("SIZE") else []
    if not (sender.local.isascii() and recipient.local.isascii()):
        if not smtp.offers("SMTPUTF8"):
            raise Failure("sender.utf8", "the address has letters beyond ASCII, and the server does not offer SMTPUTF8")
        parameters += ["BODY=8BITMIME"] if smtp.offers("8BITMIME") else []
        parameters.append("SMTPUTF8")
    return " ".join([f"MAIL FROM:<{sender}>", *parameters]).encode()


def of_the_login(sender: Address, order: Order) -> Facts:
    """Return the address that signs in, and whether the From is that one; a name that is no address is not told."""
    if order.credential is None:
        return ()
    name, secret = order.credential.username, order.credential.secret
    own = name.rpartition("\\")[2].casefold() in {
        str(sender).casefold(),
        sender.display.casefold(),
        sender.local.casefold(),
    }
    if own:
        return (("from-is", "login"),)
    return (("from-is", "other"), ("login", name)) if "@" in name and name != secret else ()


async def _name_sender(smtp: Smtp, sender: Address, recipient: Address, note: Note) -> None:
    """Name the sender."""
    note.add(("from", sender.display), ("size-limit", smtp.argument("SIZE")))
    command = opening(smtp, sender, recipient, ASKED_SIZE)
    note.add(("smtputf8", "yes" if command.endswith(b" SMTPUTF8") else "no"))
    _judge(smtp, await smtp.ask(command), note)


async def _name_recipient(smtp: Smtp, sender: Address, recipient: Address, note: Note) -> None:
    """Name the recipient, where servers that wait with their verdict tell it, and take all of it back."""
    note.add(("from", sender.display), ("to", recipient.display))
    reply = await smtp.ask(f"RCPT TO:<{recipient}>".encode())
    try:
        await smtp.ask(b"RSET")
    except Failure:
        if reply.good:
            raise
    _judge(smtp, reply, note)


async def send_message(smtp: Smtp, order: Order, parcel: Parcel, taken: tuple[Address, ...], witness: Witness) -> None:
    """Send the message to oneself, once its From is let through and the mailbox was looked at.

    Raises:
        Failure: ``smtp.NNN`` where it is refused, and of the line.
    """
    if parcel.sender not in taken:
        witness.skip(Step.DATA, "delivery.not-sent", "The From was refused, so no message was sent.")
        return
    if not await parcel.expected():
        witness.skip(Step.DATA, "delivery.no-mailbox", "The mailbox cannot be looked into, so no message was sent.")
        return
    async with witness.step(Step.DATA) as note:
        note.add(("message-id", parcel.message_id), ("token", parcel.token), *of_the_login(parcel.sender, order))
        body = stuffed(parcel.content)
        for command in (
            opening(smtp, parcel.sender, parcel.recipient, len(parcel.content)),
            f"RCPT TO:<{parcel.recipient}>".encode(),
        ):
            _judge(smtp, await smtp.ask(command), note)
        ready = await smtp.ask(b"DATA")
        if ready.code != 354:
            # Lines of a message would be taken for commands.
            raise smtp.failure(ready, "reply.garbled" if ready.good else "")
        await remember(parcel, order, note)
        note.add(("message", "sent"))
        reply = await smtp.post(body)
        _judge(smtp, reply, note)
        parcel.taken(reply.text)
    if not parcel.watched:
        detail = (
            "There is no mailbox to look into: see for yourself whether the message arrived. "
            f"Its mark begins with {readable(parcel.token[:8])}."
        )
        witness.skip(Step.MAILBOX, "delivery.unseen", detail)


def _judge(smtp: Smtp, reply: Reply, note: Note) -> None:
    """Write down a reply.

    Raises:
        Failure: ``smtp.NNN`` where it refuses.
    """
    if not reply.good:
        raise smtp.failure(reply)
    note.detail, note.enhanced = reply.text, reply.enhanced
