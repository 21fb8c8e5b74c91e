"""Keep what a check saw with the account; where that fails it is said, and changes nothing of the answer."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from mailwizard.cli.output import say
from mailwizard.model import Diagnosis, Evidence, Failure, Outcome, State, Step
from mailwizard.net.clean import clean


def remember(
    options: argparse.Namespace, evidence: Sequence[Evidence], diagnoses: Sequence[Diagnosis], checked: str = ""
) -> None:
    """Keep what a check saw with the saved account that it was about, as far as it was that account's own doing.

    A check in the practice world, with another user name or another From says nothing of it; nor does the refusal of a
    secret or a mechanism that is not the saved one. ``checked`` is what the account rested on when the check began.
    """
    if not options.account or options.practice or options.username or options.senders:
        return
    from mailwizard.operations import remembering
    from mailwizard.storage import profiles

    try:
        saved = profiles.load(options.account)
        typed = options.password_stdin or options.password_fd is not None or options.secret or not saved.account.secret
        other = bool(typed) or options.mechanism.upper() != saved.server.mechanism
        refused = any(seen.step is Step.SIGN_IN and seen.outcome is Outcome.FAIL for seen in evidence)
        if not (other and refused):
            after = remembering.remember(options.account, evidence, options.until, diagnoses, checked=checked)
            if after and (saved.account.state, after.state) == (State.VERIFIED, State.BROKEN):
                _tell_broken(after.name)
    except Failure as failure:
        say(f"mailwizard: what was seen cannot be kept with the account: {failure.detail or failure.code}")


def _tell_broken(name: str) -> None:
    """Say that an account that had worked counts as broken from now on, and through what it sends then.

    Raises:
        Failure: ``store.…``.
    """
    from mailwizard.storage import settings

    relay = settings.load().fallback
    way = f"; until a check passes, mail goes through the relay {clean(relay)}" if relay else ""
    say(f"mailwizard: the account {clean(name)} counts as broken from now on{way}.")
