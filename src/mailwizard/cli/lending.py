"""Before the secret of an answers file is used: no file lends a known one to other servers, and the hosts are told."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import say

if TYPE_CHECKING:
    from mailwizard.draft import Draft
    from mailwizard.operations.wanted import Wanted


def refuse_lent(options: argparse.Namespace, wanted: Wanted, draft: Draft, *, handed_over: bool, goes: bool) -> None:
    """Refuse answers that lend the secret of a saved account to other servers, and tell where the secret goes.

    ``handed_over`` says that a new secret takes the place of what was known, ``goes`` that one is used now.

    Raises:
        UsageError: with one sentence.
        Failure: ``store.…`` where the accounts cannot be read.
    """
    from mailwizard.operations.lending import Lent, hosts_of

    hosts = hosts_of(draft)
    if not handed_over and (refusal := Lent().refusal(wanted.secret, wanted.called, hosts)):
        raise UsageError(refusal)
    if hosts and goes:
        say(f"mailwizard: the secret {'would go' if options.dry_run else 'goes'} to {', '.join(hosts)}.")
