"""The vault's passphrase, asked for once, or twice where the vault is about to be made."""

from __future__ import annotations

from mailwizard.faces.saving import NOT_THE_SAME, unfit, vault_about, vault_title
from mailwizard.plain.talk import WORDS_TOO, Back, Talk


async def passphrase(talk: Talk, *, new: bool, wrong: str = "") -> str:
    """Ask for the passphrase until it can be one; nothing typed means that the person does not want to."""
    what = vault_about(new=new)
    talk.say(f"{vault_title(new=new)}. {what}", *filter(None, (wrong,)))
    talk.say(f"What you type is not shown; Enter alone opens nothing. {WORDS_TOO}")
    while True:
        try:
            first = await talk.secret("Passphrase", what)
            if mistake := unfit(first, new=new):
                talk.say(mistake)
                continue
            if not new or await talk.secret("Again", what) == first:
                return first
        except Back:
            return ""
        talk.say(NOT_THE_SAME)
