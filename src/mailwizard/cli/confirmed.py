"""What a person is asked and told about test messages: has it arrived, and is one still lying somewhere?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mailwizard.cli.output import say, talks
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.draft import Draft

TRIES = 3


def confirmed(draft: Draft, *, json: bool) -> Draft:
    """Return the draft once a person at a terminal was asked whether the message arrived; else say what to look for."""
    from mailwizard.checks.confirming import awaited, confirm, readable

    sent = awaited(draft.evidence)
    if sent is None:
        return draft
    token = sent.fact("token")
    if json or not (talks() and sys.stdin is not None and sys.stdin.isatty()):
        say(f"mailwizard: look whether the message arrived; its mark begins with {readable(token[:8])}.")
        return draft
    say("The message has no mailbox that could be looked into. When it has arrived, type the mark that stands in it;")
    say("its first 8 characters are enough. Enter alone leaves it open.")
    for _ in range(TRIES):
        sys.stderr.write("Mark: ")
        sys.stderr.flush()
        typed = sys.stdin.readline()
        if not typed.strip():
            break
        try:
            return draft.learn(confirm(draft, typed))
        except ValueError as wrong:
            say(str(wrong))
    return draft


def tell_leftovers() -> None:
    """Say where messages of earlier checks may still lie."""
    from mailwizard.storage import journal

    try:
        sentence = journal.sentence()
    except Failure:
        return
    if sentence:
        say(f"mailwizard: {sentence}")
