"""What had left this machine when a check was stopped."""

from __future__ import annotations

import pytest

from mailwizard.draft.stopping import what_was_done
from mailwizard.model import Evidence, Facts, Outcome, Step

IMAP, SMTP = "imap://i.example:993/tls", "smtp://s.example:465/tls"


def seen(step: Step, outcome: Outcome = Outcome.OK, code: str = "", subject: str = IMAP) -> Evidence:
    facts = (("secret", "sent"),) if step is Step.SIGN_IN else ()
    return Evidence(subject, step, outcome, code, facts=facts)


def test_it_is_said_to_whom_the_secret_was_offered() -> None:
    evidence = [seen(Step.SIGN_IN, Outcome.FAIL, "imap.no"), seen(Step.CONNECT, Outcome.SKIP, "cancelled", SMTP)]
    assert f"{IMAP} (it was refused)" in what_was_done(evidence)
    assert SMTP not in what_was_done(evidence)
    assert what_was_done([seen(Step.CONNECT)]) == "No secret had been offered to any server."


@pytest.mark.parametrize(
    ("outcome", "code", "words"),
    [
        (Outcome.WARN, "secret.cleartext", "it was taken"),
        (Outcome.FAIL, "smtp.535", "it was refused"),
        (Outcome.FAIL, "timeout", "no clear answer"),
        (Outcome.FAIL, "tcp.reset", "no clear answer"),
        (Outcome.SKIP, "cancelled", "no answer yet"),
    ],
)
def test_what_a_server_made_of_the_secret_is_said_as_it_was(outcome: Outcome, code: str, words: str) -> None:
    offered = Evidence(IMAP, Step.SIGN_IN, outcome, code, facts=(("secret", "sent"),))
    assert what_was_done([offered]) == f"The secret had been offered to {IMAP} ({words}); nothing else was sent."


def test_what_a_relay_sent_is_told_without_any_secret() -> None:
    sent = Evidence(SMTP, Step.DATA, Outcome.OK, facts=(("message", "sent"),))
    assert "No secret had been offered to any server. A message to yourself was sent." in what_was_done([sent])
    assert "nobody but you removes it" in what_was_done([sent])
    assert "the next such check removes it" in what_was_done([seen(Step.MAILBOX), sent])


def test_a_message_that_was_sent_is_told_when_a_check_is_stopped() -> None:
    sent = Evidence(SMTP, Step.DATA, Outcome.SKIP, "cancelled", facts=(("message", "sent"),))
    assert "a message to yourself was sent" in what_was_done([seen(Step.SIGN_IN, subject=SMTP), sent])


SENT = (("message", "sent"),)


@pytest.mark.parametrize(
    ("data", "mailbox", "words"),
    [
        ((Outcome.SKIP, "cancelled", ()), None, "nothing else was sent"),
        ((Outcome.SKIP, "cancelled", SENT), None, "It is still there or on its way"),
        ((Outcome.OK, "", SENT), (("removed", "1"), ("left", "0")), "was sent, and it was removed again"),
        ((Outcome.OK, "", SENT), (("removed", "0"), ("left", "0")), "It is still there or on its way"),
        ((Outcome.OK, "", SENT), (("removed", "1"), ("left", "1")), "It is still there or on its way"),
        ((Outcome.FAIL, "smtp.552", SENT), None, "a message to yourself was refused"),
        ((Outcome.FAIL, "tcp.reset", SENT), None, "It is still there or on its way"),
    ],
)
def test_a_stop_says_what_became_of_the_message(
    data: tuple[Outcome, str, Facts], mailbox: Facts | None, words: str
) -> None:
    outcome, code, facts = data
    evidence = [
        Evidence(SMTP, Step.SIGN_IN, Outcome.OK, facts=(("secret", "sent"),)),
        Evidence(SMTP, Step.DATA, outcome, code, facts=facts),
    ]
    if mailbox is not None:
        evidence.append(Evidence(IMAP, Step.MAILBOX, Outcome.OK, facts=mailbox))
    said = what_was_done(evidence)
    assert words in said and f"{SMTP} (it was taken)" in said


def test_a_server_is_called_as_the_face_calls_it() -> None:
    said = what_was_done([seen(Step.SIGN_IN)], {IMAP: "i.example:993"})
    assert said == "The secret had been offered to i.example:993 (it was taken); nothing else was sent."
