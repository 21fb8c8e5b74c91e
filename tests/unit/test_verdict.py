"""From evidence to an exit code."""

from __future__ import annotations

import pytest

from mailwizard.cli.verdict import discovery_code, exit_code
from mailwizard.model import Evidence, Outcome, Step, Until

IMAP, SMTP = "imap://i.example:993/tls", "smtp://s.example:465/tls"


def seen(step: Step, outcome: Outcome = Outcome.OK, code: str = "", subject: str = IMAP) -> Evidence:
    sent = (("secret", "sent"),) if step is Step.SIGN_IN and outcome is not Outcome.SKIP else ()
    return Evidence(subject, step, outcome, code, facts=sent)


@pytest.mark.parametrize(
    ("step", "code", "exit_"),
    [
        (Step.RESOLVE, "dns.nxdomain", 10),
        (Step.RESOLVE, "timeout", 10),
        (Step.CONNECT, "tcp.refused", 11),
        (Step.CONNECT, "tcp.timeout", 11),
        (Step.ENCRYPT, "tls.expired", 12),
        (Step.ENCRYPT, "starttls.not-offered", 12),
        (Step.ENCRYPT, "tcp.reset", 12),
        (Step.GREETING, "reply.garbled", 13),
        (Step.GREETING, "timeout", 13),
        (Step.CAPABILITIES, "smtp.502", 13),
        (Step.SIGN_IN, "smtp.535", 14),
        (Step.SIGN_IN, "sign-in.no-mechanism", 14),
        (Step.MAIL_FROM, "smtp.550", 15),
        (Step.RCPT_TO, "smtp.553", 15),
        (Step.DATA, "smtp.554", 16),
        (Step.GREETING, "bug", 70),
    ],
)
def test_every_failure_has_the_code_of_its_kind(step: Step, code: str, exit_: int) -> None:
    assert exit_code([seen(step, Outcome.FAIL, code)], Until.SIGN_IN) == exit_


def test_of_several_failures_the_lowest_code_wins() -> None:
    failures = [seen(Step.SIGN_IN, Outcome.FAIL, "imap.no"), seen(Step.CONNECT, Outcome.FAIL, "tcp.refused", SMTP)]
    assert exit_code(failures, Until.SIGN_IN) == 11


def test_a_secret_kept_back_after_a_refusal_is_a_failed_sign_in() -> None:
    evidence = [seen(Step.SIGN_IN), seen(Step.SIGN_IN, Outcome.SKIP, "sign-in.refused-before", SMTP)]
    assert exit_code(evidence, Until.SIGN_IN) == 14


def test_a_server_that_takes_no_such_secret_is_a_warning_while_the_other_is_proven() -> None:
    evidence = [seen(Step.SIGN_IN), seen(Step.SIGN_IN, Outcome.SKIP, "sign-in.kind", SMTP)]
    assert exit_code(evidence, Until.SIGN_IN) == 0
    assert exit_code(evidence, Until.SIGN_IN, strict=True) == 17


def test_nothing_is_proven_where_no_server_takes_such_a_secret() -> None:
    evidence = [seen(Step.SIGN_IN, Outcome.SKIP, "sign-in.kind", subject) for subject in (IMAP, SMTP)]
    assert exit_code(evidence, Until.SIGN_IN) == 14


def test_what_was_left_out_is_a_warning() -> None:
    assert exit_code([seen(Step.SIGN_IN)], Until.SIGN_IN, ["pop3://p.example:995/tls"], strict=True) == 17
    assert exit_code([seen(Step.SIGN_IN)], Until.SIGN_IN, ["pop3://p.example:995/tls"]) == 0


def test_a_relay_without_sign_in_holds() -> None:
    assert exit_code([seen(Step.CAPABILITIES)], Until.SIGN_IN) == 0


def test_a_warning_counts_only_when_asked_for() -> None:
    evidence = [seen(Step.CAPABILITIES, Outcome.WARN, "x")]
    assert exit_code(evidence, Until.REACH) == 0
    assert exit_code(evidence, Until.REACH, strict=True) == 17


def test_nothing_to_check_is_dns_only_where_dns_failed() -> None:
    assert discovery_code([Evidence("mx", Step.DISCOVER, Outcome.FAIL, "dns.timeout")]) == 10
    assert discovery_code([Evidence("mx", Step.DISCOVER, Outcome.SKIP, "dns.nodata")]) == 20


def test_the_sender_holds_only_once_a_from_was_let_through() -> None:
    signed_in = [seen(Step.SIGN_IN), seen(Step.SIGN_IN, subject=SMTP)]
    assert exit_code(signed_in, Until.SIGN_IN) == 0
    assert exit_code(signed_in, Until.SENDER) == 15
    assert exit_code([*signed_in, seen(Step.RCPT_TO, subject=SMTP)], Until.SENDER) == 0
    kept_back = seen(Step.SIGN_IN, Outcome.SKIP, "sign-in.kind", SMTP)
    assert exit_code([signed_in[0], kept_back], Until.SENDER) == 14


def test_a_delivery_holds_only_once_the_message_arrived() -> None:
    let_through = [seen(Step.SIGN_IN), seen(Step.SIGN_IN, subject=SMTP), seen(Step.RCPT_TO, subject=SMTP)]
    sent = [*let_through, seen(Step.DATA, subject=SMTP), seen(Step.MAILBOX)]
    assert exit_code(sent, Until.DELIVERY) == 16, "that the mailbox was looked at is no arrival"
    arrived = Evidence(IMAP, Step.MAILBOX, Outcome.OK, facts=(("wait", "message"),))
    assert exit_code([*sent, arrived], Until.DELIVERY, strict=True) == 0
    lost = Evidence(IMAP, Step.MAILBOX, Outcome.FAIL, "delivery.lost", facts=(("wait", "message"),))
    assert exit_code([*sent, lost], Until.DELIVERY) == 16
    unseen = [*let_through, seen(Step.DATA, subject=SMTP), seen(Step.MAILBOX, Outcome.SKIP, "delivery.unseen", SMTP)]
    assert exit_code(unseen, Until.DELIVERY) == 0
    assert exit_code(unseen, Until.DELIVERY, strict=True) == 17
