"""What a person is asked and told about test messages: has it arrived, and is one still lying somewhere?"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Stopped
from mailwizard.cli.output import say, talks
from mailwizard.draft.stopping import what_was_done
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.draft import Draft

TRIES = 3


def confirmed(draft: Draft, *, json: bool) -> Draft:
    """Return the draft once a person at a terminal was asked whether the message arrived; else say what to look for.

    Raises:
        Stopped: after a signal, with a sentence about what had been sent.
    """
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
        typed = _typed(draft)
        if not typed.strip():
            break
        try:
            return draft.learn(confirm(draft, typed))
        except ValueError as wrong:
            say(str(wrong))
    return draft


def _typed(draft: Draft) -> str:
    """Return a line that a person types."""
    try:
        return sys.stdin.readline()
    except KeyboardInterrupt:
        raise Stopped(signal.SIGINT, what_was_done(draft.evidence)) from None
    except Stopped as stopped:
        raise Stopped(stopped.number, what_was_done(draft.evidence)) from None


def tell_leftovers() -> None:
    """Say where messages of earlier checks may still lie."""
    from mailwizard.storage import journal

    try:
        sentence = journal.sentence()
    except Failure:
        return
    if sentence:
        say(f"mailwizard: {sentence}")
