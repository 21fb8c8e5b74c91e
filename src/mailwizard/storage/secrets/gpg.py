"""gpg under ``pass``: whether it opens what it encrypts, and what its refusals mean."""

from __future__ import annotations

import os
import re
import shutil

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.secrets.programs import Ran, ran

LIMIT = 15.0
"""Seconds that gpg may take where nobody is asked."""
_ASKING = 120.0
"""Seconds that it may take where a person may be typing a passphrase."""
LOCKED = (
    "gpg's agent is locked, and nothing here can ask for its passphrase: open it in a terminal of yours with pass "
    "show, then try again."
)
_REFUSED_KEYS = {
    "1": "it does not have that key: gpg --import brings it",
    "4": "that key is revoked",
    "5": "that key has expired: gpg --quick-set-expire prolongs it",
    "10": "nobody has said that this key is really theirs: gpg --edit-key and its command trust do that",
}
"""What gpg means by the numbers of INV_RECP (doc/DETAILS of GnuPG)."""

_asks = False


def let_ask_on_terminal(allowed: bool = True) -> None:
    """Let gpg's agent ask on this process's terminal, as long as nobody else draws on it; a command at one may."""
    global _asks
    _asks = allowed


def opening_limit() -> float:
    """Return how many seconds opening an entry may take."""
    return _ASKING if _asks else LIMIT


def environment() -> dict[str, str]:
    """Return the environment for gpg: its messages in English, and no terminal but one that it may ask on."""
    mine = {name: value for name, value in os.environ.items() if _asks or name != "GPG_TTY"}
    return {**mine, "LC_ALL": "C.UTF-8", "LANGUAGE": "en"}


async def prove(recipients: tuple[str, ...], value: str) -> None:
    """Encrypt a value for some keys and open it again, without asking anybody and without writing anything.

    Raises:
        Failure: ``store.missing`` without gpg, ``store.locked``, ``store.denied``, ``store.timeout``.
    """
    program = shutil.which("gpg2") or shutil.which("gpg") or "gpg"
    common = (program, "--batch", "--yes", "--quiet", "--status-fd", "2", "--no-auto-key-locate")
    keys = [word for each in recipients for word in ("-r", each)]
    sealed = await ran(
        (*common, "--armor", "--no-encrypt-to", *keys, "-e"), LIMIT, given=value, environment=environment()
    )
    if sealed.status:
        raise refusal(sealed, "what is put there", value)
    again = (*common, "--pinentry-mode", "cancel", "-d")
    opened = await ran(again, LIMIT, given=sealed.said.decode(errors="replace"), environment=environment())
    if opened.status:
        raise refusal(opened, "what is put there", value)
    if opened.said != f"{value}\n".encode():
        raise Failure("store.denied", "gpg did not give back what it had encrypted.")


def refusal(refused: Ran, what: str, secret: str = "") -> Failure:
    """Return what gpg's status lines and complaints mean."""
    text = refused.complained.decode(errors="replace")
    if "DECRYPTION_FAILED" in text:
        # gpg considers a key for opening only where it has its secret half.
        if "KEY_CONSIDERED" in text or "PINENTRY_LAUNCHED" in text:
            return Failure("store.locked", LOCKED)
        return Failure("store.denied", f"gpg has no secret key here that opens {what}.")
    wrong = re.search(r"INV_RECP (\d+) ?([^\r\n]*)", text)
    if wrong or "There is no assurance" in text:
        number, name = (wrong[1], clean(wrong[2], 100)) if wrong else ("10", "the store's key")
        return Failure(
            "store.denied", f"gpg does not encrypt for {name}: {_REFUSED_KEYS.get(number, f'reason {number}')}."
        )
    told = b"\n".join(line for line in refused.complained.splitlines() if not line.startswith(b"[GNUPG:]"))
    words = Ran(refused.program, refused.status, refused.said, told).complaint(secret)
    return Failure("store.denied", f"{refused.program} ended with status {refused.status}{': ' * bool(words)}{words}.")
