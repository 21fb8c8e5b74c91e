"""What a check signs in with: a typed or handed-over secret, a stored one, or a token out of a saved sign-in."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import say
from mailwizard.cli.secret import handed_over, prompted, stored
from mailwizard.cli.web_services import token_of
from mailwizard.cli.with_grant import Proof, proof_of
from mailwizard.model import AuthKind, Credential

if TYPE_CHECKING:
    from mailwizard.cli.asked import Asked
    from mailwizard.cli.deadline import Deadline


def refuse_unknown_mechanism(name: str) -> None:
    """Refuse a mechanism that this version does not know."""
    from mailwizard.checks.exchange import MECHANISMS
    from mailwizard.checks.sasl import served

    known = [*dict.fromkeys([*(mechanism.NAME for mechanism in served()), *MECHANISMS])]
    if name and name.upper() not in known:
        raise UsageError(f"this version signs in with {', '.join(known)}.")


def proof(options: argparse.Namespace, subject: Asked, deadline: Deadline, given: str | None = None) -> Proof:
    """Return who signs in; nobody where nobody does, no server takes what can be typed, or no token came.

    The deadline waits, because it may be a person who looks for the secret. ``given`` is one that was handed over and
    read already.

    Raises:
        UsageError: where the secret is missing or cannot be one.
        Failure: ``store.…``.
    """
    from mailwizard.checks.sasl import needs_secret
    from mailwizard.cli.keeping import Remembered
    from mailwizard.signin import kinds, ways
    from mailwizard.signin.oauth.grant import is_grant

    with deadline.waiting():
        given = handed_over(options) if given is None else given
    if not subject.signs_in:
        return Proof(None)
    if not needs_secret(options.mechanism):
        return Proof(Credential(subject.username, ""))
    open_ways = [way for way in ways(subject.draft.chosen, subject.card) if way.kind in kinds()]
    reference = options.secret or ("" if given else subject.reference)
    if not open_ways and given is None and not reference:
        return Proof(None)
    passphrase = Remembered()
    with deadline.waiting():
        secret = given if given is not None else stored(reference, passphrase) if reference else None
        if secret is None:
            secret = prompted(f"{open_ways[0].label} of {subject.username}", open_ways[0].hint)
    if is_grant(secret):
        return proof_of(secret, reference, subject, options, deadline, passphrase)
    if token := token_of(secret, subject.username, subject.draft.chosen):
        return Proof(token, secrets=(secret, token.secret, passphrase.known))
    typed = (secret, passphrase.known)
    return Proof(_typed(secret, open_ways[0].kind if open_ways else AuthKind.PASSWORD, subject), secrets=typed)


def _typed(secret: str, kind: AuthKind, subject: Asked) -> Credential:
    """Return the credential of a typed secret, and say what looks wrong about it.

    Raises:
        UsageError: where it cannot be one.
    """
    from mailwizard.signin import kinds

    try:
        credential = kinds()[kind].read(secret, subject.username, subject.card)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    doubts = kinds()[kind].doubts(secret, subject.card)
    if doubts:
        say(f"mailwizard: {doubts}")
    return credential
