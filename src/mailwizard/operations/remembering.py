"""What a check saw of a saved account, kept with it where it says something about the account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailwizard.model import Account, Diagnosis, Evidence, Until
from mailwizard.storage.recording import record

NETWORK = "network"
"""Who mends what lies between this machine and the servers."""


def is_of_the_network(diagnoses: Sequence[Diagnosis]) -> bool:
    """Return whether what went wrong lies in this machine's own network, which breaks no account."""
    return bool(diagnoses) and diagnoses[0].who[:1] == (NETWORK,)


def remember(
    name: str,
    evidence: Iterable[Evidence],
    until: Until,
    diagnoses: Sequence[Diagnosis] = (),
    *,
    quiet: bool = False,
    checked: str = "",
) -> Account | None:
    """Keep what a check saw of an account, and return the account as it stands then.

    ``checked`` is the :func:`~mailwizard.storage.recording.basis` of what was checked. What this machine's own network
    spoils is not kept, and nothing is returned.

    Raises:
        Failure: as :func:`~mailwizard.storage.recording.record`.
    """
    if is_of_the_network(diagnoses):
        return None
    cause = diagnoses[0].cause if diagnoses else ""
    return record(name, evidence, until, cause=cause, quiet=quiet, checked=checked)
