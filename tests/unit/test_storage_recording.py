"""What checks saw is kept with an account, and nothing else of its files is touched."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from mailwizard.model import (
    Account,
    Address,
    AuthKind,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Server,
    State,
    Step,
    Until,
)
from mailwizard.storage import profiles, recording
from mailwizard.storage.places import Place
from mailwizard.storage.recording import basis, record
from mailwizard.storage.together import held

IMAP = Endpoint(Protocol.IMAP, "imap.example.com", 993, Security.TLS)
SMTP = Endpoint(Protocol.SMTP, "smtp.example.com", 465, Security.TLS)
SERVER = Server("work", IMAP, SMTP)
ACCOUNT = Account("work", Address.parse("alice@example.com"), "work", "alice")
MONDAY, TUESDAY, FRIDAY = "2026-11-16T08:00:00Z", "2026-11-17T08:00:00Z", "2026-11-20T08:00:00Z"


def seen(end: Endpoint, step: Step = Step.SIGN_IN, outcome: Outcome = Outcome.OK) -> Evidence:
    return Evidence(str(end), step, outcome, facts=(("mechanism", "PLAIN"),) if step is Step.SIGN_IN else ())


WELL = (seen(IMAP), seen(SMTP))
REFUSED = (seen(IMAP, outcome=Outcome.FAIL), seen(SMTP, outcome=Outcome.SKIP))


@pytest.fixture(autouse=True)
def path(home: Path) -> Path:
    """Return the file of a saved account."""
    profiles.save(ACCOUNT, SERVER)
    return home / ".config/mailwizard/accounts/work.toml"


def test_an_account_is_verified_once_all_its_servers_took_the_sign_in() -> None:
    record("work", WELL, Until.SIGN_IN, now=MONDAY)
    account = profiles.load("work").account
    assert (account.state, account.verified_at, account.verified_until) == (State.VERIFIED, MONDAY, Until.SIGN_IN)
    assert account.verified_by == (
        "imap://imap.example.com:993/tls sign-in PLAIN",
        "smtp://smtp.example.com:465/tls sign-in PLAIN",
    )


def test_it_is_broken_since_the_first_failure_after_it_worked_and_keeps_when_it_last_did() -> None:
    record("work", WELL, Until.SIGN_IN, now=MONDAY)
    record("work", REFUSED, Until.SIGN_IN, cause="wrong-password", now=TUESDAY)
    record("work", REFUSED, Until.SIGN_IN, cause="wrong-password", now=FRIDAY)
    account = profiles.load("work").account
    assert (account.state, account.broken_since, account.cause) == (State.BROKEN, TUESDAY, "wrong-password")
    assert account.verified_at == MONDAY
    record("work", WELL, Until.SENDER, now=FRIDAY)
    account = profiles.load("work").account
    assert (account.state, account.broken_since, account.cause) == (State.VERIFIED, "", "")


def test_what_never_worked_is_broken_since_no_day() -> None:
    record("work", REFUSED, Until.SIGN_IN, cause="wrong-password", now=TUESDAY)
    assert profiles.load("work").account.broken_since == ""


@pytest.mark.parametrize(
    ("evidence", "until"),
    [
        ((seen(IMAP, Step.GREETING), seen(SMTP, Step.GREETING)), Until.REACH),
        ((seen(IMAP), seen(SMTP, outcome=Outcome.SKIP)), Until.SIGN_IN),
        ((seen(IMAP),), Until.SIGN_IN),
        ((seen(IMAP), seen(SMTP, outcome=Outcome.RUNNING)), Until.SIGN_IN),
        ((seen(IMAP), seen(SMTP, Step.GREETING)), Until.SIGN_IN),
        ((), Until.SIGN_IN),
    ],
)
def test_a_check_that_neither_proved_nor_refuted_changes_no_byte(
    path: Path, evidence: tuple[Evidence, ...], until: Until
) -> None:
    before = path.read_bytes()
    record("work", evidence, until)
    assert path.read_bytes() == before


def test_a_relay_without_sign_in_is_proven_by_what_it_answers() -> None:
    profiles.save(ACCOUNT, Server("work", None, SMTP, outgoing_auth=AuthKind.NONE), replace=True)
    record("work", (seen(SMTP, Step.CAPABILITIES), seen(SMTP, Step.RCPT_TO)), Until.SENDER)
    account = profiles.load("work").account
    assert (account.state, account.verified_by) == (State.VERIFIED, ("smtp://smtp.example.com:465/tls rcpt-to",))


def test_a_web_service_is_proven_without_what_it_cannot_be_asked() -> None:
    service = Endpoint.parse(Protocol.EWS, "mail.example.com")
    profiles.save(ACCOUNT, Server("work", service), replace=True)
    unasked = seen(service, Step.MAIL_FROM, Outcome.SKIP)
    record("work", (seen(service), seen(service, Step.MAILBOX), unasked), Until.SENDER)
    account = profiles.load("work").account
    assert account.state is State.VERIFIED
    assert account.verified_by == (f"{service} sign-in PLAIN", f"{service} mailbox")


def test_what_was_seen_of_anything_else_says_nothing_of_the_account(path: Path) -> None:
    before = path.read_bytes()
    record("work", (Evidence("issuer:google", Step.TOKEN, Outcome.FAIL),), Until.SIGN_IN, cause="x")
    assert path.read_bytes() == before


def test_quietly_nothing_is_written_where_only_the_time_would_change(path: Path) -> None:
    record("work", WELL, Until.SIGN_IN, now=MONDAY)
    before = path.stat().st_mtime_ns, path.read_bytes()
    record("work", WELL, Until.SIGN_IN, quiet=True, now=TUESDAY)
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    record("work", WELL, Until.SIGN_IN, now=TUESDAY)
    assert profiles.load("work").account.verified_at == TUESDAY


def test_nothing_that_a_person_wrote_is_touched(path: Path) -> None:
    text = '# mine\nserver = "work"   # shared\naddress = "alice@example.com"\n'
    path.write_text(f"{text}pet = 1\n")
    record("work", WELL, Until.SIGN_IN)
    assert path.read_text().startswith(f"{text}pet = 1\n")


def test_an_account_of_the_host_is_recorded_there_or_else_in_the_user_s_own_scope(tmp_path: Path, path: Path) -> None:
    profiles.save(replace(ACCOUNT, name="shared", server="shared"), replace(SERVER, name="shared"), "host")
    host = tmp_path / "etc/accounts/shared.toml"
    record("shared", REFUSED, Until.SIGN_IN, cause="x", now=MONDAY)
    assert 'state = "broken"' in host.read_text() and not path.with_name("shared.toml").exists()
    before = host.read_bytes()
    if os.geteuid() == 0:
        host.unlink()
        host.with_name("other").write_bytes(before)
        host.symlink_to(host.with_name("other"))
    else:
        host.parent.chmod(0o500)
    try:
        record("shared", WELL, Until.SIGN_IN, now=TUESDAY)
    finally:
        host.parent.chmod(0o755)
    saved = profiles.load("shared")
    assert (saved.account.state, saved.account.cause) == (State.VERIFIED, "")
    assert host.read_bytes() == before
    assert "address" not in path.with_name("shared.toml").read_text()
    assert saved.account.address == ACCOUNT.address


@pytest.mark.parametrize("evidence", [WELL, REFUSED])
@pytest.mark.parametrize("change", [replace(ACCOUNT, username="alice2"), replace(ACCOUNT, secret="keyring:work#2")])
def test_what_was_seen_before_a_person_changed_the_account_is_not_kept(
    path: Path, evidence: tuple[Evidence, ...], change: Account
) -> None:
    checked = basis(ACCOUNT, SERVER)
    profiles.update("work", lambda _: change)
    before = path.read_bytes()
    record("work", evidence, Until.SIGN_IN, cause="x", checked=checked)
    assert path.read_bytes() == before
    saved = profiles.load("work")
    record("work", evidence, Until.SIGN_IN, cause="x", checked=basis(saved.account, saved.server))
    assert path.read_bytes() != before


def test_a_change_that_is_saved_while_the_file_is_waited_for_counts(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_first(*words: str | Place) -> AbstractContextManager[None]:
        monkeypatch.setattr(recording, "held", held)
        profiles.update("work", lambda account: replace(account, username="alice2"))
        return held(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(recording, "held", changed_first)
    record("work", REFUSED, Until.SIGN_IN, cause="x", checked=basis(ACCOUNT, SERVER))
    account = profiles.load("work").account
    assert (account.username, account.state) == ("alice2", State.DRAFT)
