"""Whether what went wrong lies in this machine's own network, seen over all accounts of a round: pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.model import Evidence, Outcome, Step
from mailwizard.operations.checking import Checked, draft_of
from mailwizard.operations.politeness import places

_SURE = frozenset({"dns.timeout", "dns.unconfigured", "tcp.unreachable"})
"""What nobody's server does: no name service at all, or no route."""
_SILENT = frozenset({"dns.servfail", "tcp.timeout", "tcp.egress-blocked"})
"""What may be this machine's network, or the server's end."""
_BEFORE = frozenset({Step.RESOLVE, Step.CONNECT, Step.TOKEN})
_ANSWERS = frozenset({"tcp.refused", "tcp.reset", "tcp.closed", "dns.nxdomain", "dns.nodata"})
"""Failures that somebody out there caused."""


def may_be(checked: Checked) -> bool:
    """Return whether an account's failures may all come from this machine's own network."""
    failures = _failures(checked)
    return bool(failures) and not answered(checked) and all(_sure(seen) or _silent(seen) for seen in failures)


def answered(checked: Checked) -> bool:
    """Return whether anybody out there answered, well or not."""
    return any(
        (seen.step is Step.CONNECT and seen.outcome in {Outcome.OK, Outcome.WARN}) or seen.code in _ANSWERS
        for seen in checked.evidence
    )


def is_down(suspects: Sequence[Checked]) -> bool:
    """Return whether this machine's network is down, where nobody answered in a whole round.

    It is where no name service or no route is left, or where several places are silent at once; one silent server is
    silent itself.
    """
    if not suspects:
        return False
    if all(_sure(seen) for checked in suspects for seen in _failures(checked)):
        return True
    asked = {place for checked in suspects if checked.saved for place in places(draft_of(checked.saved).chosen)}
    return len(asked) > 1


def _failures(checked: Checked) -> list[Evidence]:
    return [seen for seen in checked.evidence if seen.outcome is Outcome.FAIL]


def _sure(seen: Evidence) -> bool:
    return seen.step in _BEFORE and (seen.code in _SURE or (seen.code == "timeout" and seen.step is Step.RESOLVE))


def _silent(seen: Evidence) -> bool:
    return seen.step in _BEFORE and (seen.code in _SILENT or seen.code == "timeout")
