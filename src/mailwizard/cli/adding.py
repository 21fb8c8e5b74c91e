"""One account added by flags or an answers file: found, checked as ``check`` does, and saved where that holds."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailwizard.cli.added import Seen, tell_added, without_servers
from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.lending import refuse_lent
from mailwizard.cli.secret import handed_over, prompted
from mailwizard.model import Credential, Failure, Until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailwizard.cli.asked import Asked
    from mailwizard.cli.deadline import Deadline
    from mailwizard.model import Account, Server
    from mailwizard.operations.wanted import Wanted
    from mailwizard.storage.secrets import AskPassphrase


@dataclass(frozen=True, slots=True)
class _Keeping:
    """Where a secret that is handed over goes."""

    store: str = ""
    passphrase: AskPassphrase | None = None


def add_one(options: argparse.Namespace, said: Mapping[str, str]) -> int:
    """Add one account and return the exit code of its check, or of what kept it from being saved.

    Raises:
        UsageError: for what cannot be, and where servers are found that nobody vouches for.
        Failure: ``store.…``; nothing was saved.
        Stopped: after a signal; nothing was saved.
    """
    from mailwizard.cli.deadline import Deadline
    from mailwizard.cli.running import settle
    from mailwizard.operations.wanted import read_wanted

    begun = time.monotonic()
    try:
        wanted = read_wanted(said)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    options.dry_run = options.dry_run or bool(options.practice)
    shared = _shared(wanted)
    _refuse_taken(wanted, options)
    _refuse_two_places(wanted, options)
    deadline = Deadline(options.deadline or 60.0)
    given = _given(options, deadline)
    unknown = bool(wanted.owner) and given is None and not wanted.secret
    _as_check(options, wanted, unknown=unknown)
    if options.practice:
        settle(options, named=True)
    subject = _subject(options, wanted, shared, deadline)
    if not subject.draft.chosen:
        return without_servers(options, wanted, subject, begun)
    _refuse_doubtful(subject)
    if options.answers:
        refuse_lent(options, wanted, subject.draft, handed_over=given is not None, goes=not unknown)
    asks = subject.draft.wants_secret and not unknown and not wanted.secret
    keeping = _keeping(options, deadline) if asks and not options.dry_run else _Keeping()
    if options.no_check:
        seen = _unchecked(wanted, subject, given, deadline, asks=asks)
    else:
        seen = _checked(options, subject, given, deadline)
    return _end(options, wanted, seen, shared, keeping, begun)


def _shared(wanted: Wanted) -> Server | None:
    """Return the saved server that is named."""
    from mailwizard.storage import servers

    return servers.load(wanted.server, ()).server if wanted.server else None


def _refuse_taken(wanted: Wanted, options: argparse.Namespace) -> None:
    """Refuse a name that is taken before anybody is asked for anything.

    Raises:
        Failure: ``store.exists``.
    """
    from mailwizard.storage import profiles
    from mailwizard.storage.names import folded

    if not options.replace and folded(wanted.called) in {folded(name) for name in profiles.names()}:
        raise Failure(
            "store.exists",
            f"There is an account {wanted.called} already: change it with mailwizard accounts edit, choose another "
            "--name, or add --replace.",
        )


def _refuse_two_places(wanted: Wanted, options: argparse.Namespace) -> None:
    if wanted.secret and options.store:
        raise UsageError("--store keeps a password that is handed over; --secret names one that is kept already.")
    if wanted.secret and (options.password_stdin or options.password_fd is not None):
        raise UsageError("the password is handed over and said to be kept already: say one of them.")


def _given(options: argparse.Namespace, deadline: Deadline) -> str | None:
    """Return the secret that is handed over; it is read once, and before anything is asked of the network."""
    with deadline.waiting():
        return handed_over(options)


def _as_check(options: argparse.Namespace, wanted: Wanted, *, unknown: bool) -> None:
    """Put into the options what a check reads there; without a secret it only reaches the servers."""
    from mailwizard.model import Protocol

    ends = {end.protocol: end for end in (wanted.incoming, wanted.outgoing) if end}
    for protocol in Protocol:
        setattr(options, str(protocol), ends.get(protocol))
    signs_in = wanted.until.includes(Until.SIGN_IN)
    options.account, options.address = None, wanted.address
    options.username, options.mechanism, options.secret = wanted.username, wanted.mechanism, wanted.secret
    options.senders = [wanted.sender] if wanted.sender else []
    options.until = Until.REACH if unknown and signs_in else wanted.until
    options.insist = options.reference = options.transcript = options.strict = False


def _subject(options: argparse.Namespace, wanted: Wanted, shared: Server | None, deadline: Deadline) -> Asked:
    """Return what is to be checked, and saved."""
    from mailwizard.cli.asked import Asked, asked
    from mailwizard.cli.credential import refuse_unknown_mechanism
    from mailwizard.operations.composing import at_saved_server

    refuse_unknown_mechanism(options.mechanism)
    if shared is None:
        return asked(options, deadline)
    options.mechanism = options.mechanism or shared.mechanism
    draft = replace(at_saved_server(wanted, shared), until=options.until)
    if not draft.chosen:
        raise UsageError(f"the saved server {shared.name} names no server to check.")
    return Asked(draft, shared.provider, wanted.secret)


def _refuse_doubtful(subject: Asked) -> None:
    """Refuse servers that nobody published and nobody typed: what is saved is believed from then on.

    Raises:
        UsageError: which says how to vouch for them.
    """
    from mailwizard.cli.asked import consent
    from mailwizard.operations.composing import doubtful

    if doubt := doubtful(subject.draft):
        raise UsageError(consent(doubt, *subject.draft.chosen))


def _keeping(options: argparse.Namespace, deadline: Deadline) -> _Keeping:
    """Open the store that is to keep the secret, before a sign-in is spent on it.

    Raises:
        Failure: ``store.…`` where none works or it does not open.
    """
    from mailwizard.cli.keeping import chosen_store, opened
    from mailwizard.cli.running import run

    async def work() -> _Keeping:
        store = await chosen_store(options.store or "")
        return _Keeping(store, await opened(store))

    with deadline.waiting():
        return run(work())


def _unchecked(wanted: Wanted, subject: Asked, given: str | None, deadline: Deadline, *, asks: bool) -> Seen:
    """Return an account as it was named, with its secret where one is to be kept."""
    from mailwizard.operations.credentials import kind_of

    with deadline.waiting():
        secret = prompted(f"Password of {subject.username}") if asks and given is None else given
    kind = kind_of(subject.draft)
    return Seen(subject, subject.draft, kind, secret=Credential(subject.username, secret, kind) if secret else None)


def _checked(options: argparse.Namespace, subject: Asked, given: str | None, deadline: Deadline) -> Seen:
    """Return what a check saw of an account.

    Raises:
        Stopped: after a signal.
    """
    from mailwizard.cli.asked import consented
    from mailwizard.cli.confirmed import confirmed, tell_leftovers
    from mailwizard.cli.credential import proof
    from mailwizard.cli.proving import prove
    from mailwizard.cli.verdict import exit_code
    from mailwizard.diagnosis import diagnose
    from mailwizard.operations.credentials import kind_of
    from mailwizard.signin.oauth.grant import is_grant

    tell_leftovers()
    consent = consented(options.clear_text, subject.draft)
    signed = proof(options, subject, deadline, given)
    draft, remedies, _ = prove(options, signed.joined(subject), signed, deadline, consent, lambda _: None)
    with deadline.waiting():
        draft = confirmed(draft, json=options.json)
    draft = replace(draft, evidence=(*draft.evidence, *signed.warnings))
    code = exit_code(draft.evidence, options.until, [str(one.endpoint) for one in draft.chosen])
    issuer = next((seen.subject.removeprefix("issuer:") for seen in signed.evidence), "")
    credential, secret = signed.credential, None
    if given is not None and (credential is None or is_grant(given)):
        secret = Credential(subject.username, given)
    elif not options.secret and credential is not None and credential.secret:
        secret = credential
    return Seen(
        subject,
        draft,
        credential.kind if credential else kind_of(draft),
        issuer,
        secret,
        options.until,
        code,
        diagnose(draft.evidence, provider=subject.provider, address=subject.draft.address),
        remedies,
    )


def _end(
    options: argparse.Namespace,
    wanted: Wanted,
    seen: Seen,
    shared: Server | None,
    keeping: _Keeping,
    begun: float,
) -> int:
    """Save what holds, or what is to be saved all the same, say so, and return the exit code."""
    from mailwizard.checks.sasl import needs_secret
    from mailwizard.operations.composing import to_save

    holds = seen.code == Exit.HOLDS
    account, server = to_save(
        wanted,
        seen.draft,
        shared=shared,
        kind=seen.kind,
        issuer=seen.issuer,
        secret=bool(wanted.secret or seen.secret) or not needs_secret(options.mechanism),
        until=seen.until,
        diagnoses=seen.diagnoses if not holds else (),
    )
    result = "failed"
    if holds or options.keep_unverified:
        result = "would-be-saved" if options.dry_run else "saved"
    if result == "saved":
        account = _save(options, wanted, account, server, seen.secret, keeping)
    tell_added(options, seen, result, account, server, begun)
    return seen.code


def _save(
    options: argparse.Namespace,
    wanted: Wanted,
    account: Account,
    server: Server,
    secret: Credential | None,
    keeping: _Keeping,
) -> Account:
    """Save an account.

    Raises:
        UsageError: for a value that no file may hold.
        Failure: ``store.…``.
    """
    from mailwizard.cli.running import run
    from mailwizard.storage.saving import save_account

    work = save_account(
        *(account, server, secret),
        store=keeping.store if secret else "",
        scope=wanted.scope,
        passphrase=keeping.passphrase,
        replace=options.replace,
    )
    try:
        return run(work)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    except Stopped as stopped:
        done = "Whether it was saved is to be seen with mailwizard accounts."
        raise Stopped(stopped.number, done) from None
