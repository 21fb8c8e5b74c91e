"""What IMAP's UID commands do to the messages of a folder (RFC 3501 section 6.4, RFC 4315)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailwizard.sandbox.mailboxes import Mailbox, Message

_FOLD = re.compile(rb"\r?\n[ \t]+")


def act(
    mailbox: Mailbox, folder: str, what: str, arguments: Sequence[bytes], folders: Sequence[tuple[str, str]] = ()
) -> list[bytes]:
    """Carry out one UID command, and return the untagged lines to send; ``folders`` are those there are.

    Raises:
        ValueError: where it cannot be carried out.
    """
    messages = mailbox.folder(folder)
    if what == "SEARCH":
        found = [message.uid for message in messages if _matches(message, arguments)]
        return [b" ".join([b"* SEARCH", *(b"%d" % uid for uid in found)])]
    wanted = _numbers(arguments[0] if arguments else b"")
    chosen = [(place, message) for place, message in enumerate(messages, 1) if message.uid in wanted]
    if what == "FETCH":
        return [_fetched(place, message) for place, message in chosen]
    if what == "STORE" and len(arguments) == 3 and arguments[1].upper().startswith(b"+FLAGS"):
        if rb"\deleted" in arguments[2].lower():
            mailbox.deleted |= {message.uid for _, message in chosen}
        return []
    if what in {"MOVE", "COPY"} and len(arguments) == 2:
        return _moved(mailbox, folder, chosen, arguments[1].decode("utf-8", "replace"), folders, copy=what == "COPY")
    if what == "EXPUNGE":
        # What is removed from the folder of all mail stays there: only the trash forgets.
        kept = bool(folder) and folder == mailbox.archive
        gone = [place for place, message in chosen if message.uid in mailbox.deleted and not kept]
        for place in reversed(gone):
            del messages[place - 1]
        return [b"* %d EXPUNGE" % (place - before) for before, place in enumerate(gone)]
    raise ValueError(f"UID {what} is not understood.")


def _moved(
    mailbox: Mailbox,
    folder: str,
    chosen: Sequence[tuple[int, Message]],
    target: str,
    folders: Sequence[tuple[str, str]],
    *,
    copy: bool,
) -> list[bytes]:
    """Put messages into another folder (RFC 6851).

    Raises:
        ValueError: where there is no such folder.
    """
    if target not in {name for name, _ in folders}:
        raise ValueError(f"there is no folder {target}.")
    trash = next((name for name, use in folders if use == r"\Trash"), "")
    messages = mailbox.folder(folder)
    for _, message in chosen:
        if mailbox.archive and target == trash:
            mailbox.discard(message, trash)
        else:
            mailbox.put(target, message)
            if not copy:
                messages.remove(message)
    return [] if copy else [b"* %d EXPUNGE" % (place - before) for before, (place, _) in enumerate(chosen)]


def _numbers(text: bytes) -> set[int]:
    """Return the numbers that a command names one by one."""
    return {int(part) for part in text.split(b",") if part.isdigit()}


def _matches(message: Message, criteria: Sequence[bytes]) -> bool:
    """Return whether any HEADER criterion of a search holds; other criteria are not known here."""
    words = [word.decode("utf-8", "replace") for word in criteria]
    pairs = [(words[at + 1], words[at + 2]) for at in range(len(words) - 2) if words[at].upper() == "HEADER"]
    head = _FOLD.sub(b" ", _head(message)).decode("utf-8", "replace").lower()
    lines = [line.partition(":") for line in head.splitlines()]
    return any(
        name.strip() == wanted.lower() and text.lower() in value for wanted, text in pairs for name, _, value in lines
    )


def _fetched(place: int, message: Message) -> bytes:
    """Return the header of a message."""
    head = _head(message)
    return b"* %d FETCH (UID %d BODY[HEADER] {%d}\r\n%s)" % (place, message.uid, len(head), head)


def _head(message: Message) -> bytes:
    """Return a message up to its first empty line."""
    return message.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
