"""What the evidence rules out, what is not well, and what is still open."""

from __future__ import annotations

import pytest

from mailwizard.diagnosis import diagnose
from mailwizard.diagnosis.ruled_out import Standing, ruled_out
from mailwizard.faces.ruled_out import grouped, short
from mailwizard.model import Evidence, Facts, Outcome, Step

IMAP, SMTP = "imap://mail.example.com:993/tls", "smtp://mail.example.com:587/starttls"


def seen(
    step: Step, outcome: Outcome = Outcome.OK, code: str = "", *facts: tuple[str, str], at: str = SMTP
) -> Evidence:
    return Evidence(at, step, outcome, code, facts=facts)


def sound(at: str = SMTP, issuer: str = "Let's Encrypt", *, upto: Step = Step.CAPABILITIES) -> list[Evidence]:
    facts: dict[Step, Facts] = {
        Step.RESOLVE: (("addresses", "192.0.2.1 2001:db8::1"),),
        Step.CONNECT: (),
        Step.ENCRYPT: (("issuer", issuer),),
        Step.GREETING: (),
        Step.CAPABILITIES: (("mechanisms", "PLAIN LOGIN"),),
    }
    steps = list(facts)
    return [Evidence(at, step, Outcome.OK, facts=facts[step]) for step in steps[: steps.index(upto) + 1]]


def said(evidence: list[Evidence], standing: Standing) -> list[str]:
    return [point.text for point in ruled_out(evidence, diagnose(evidence)) if point.standing is standing]


def test_each_step_that_passed_rules_its_reason_out() -> None:
    ruled = " ".join(said(sound(), Standing.RULED_OUT))
    assert "The name mail.example.com exists (2 addresses)." in ruled
    assert "Port 587 is not blocked" in ruled
    assert (
        "Nobody intercepts TLS with mail.example.com, as far as certificates tell: the one by Let's Encrypt fits"
        in ruled
    )
    assert "clock" in ruled


def test_a_password_that_nobody_tried_is_open_and_not_ruled_out() -> None:
    assert "The password was not tried yet." in said(sound(), Standing.OPEN)
    assert not any("secret are right" in text for text in said(sound(), Standing.RULED_OUT))


def test_a_password_that_one_server_took_is_right_and_kept_back_at_the_other() -> None:
    taken = seen(Step.SIGN_IN, Outcome.OK, "", ("secret", "sent"), at=IMAP)
    kept = Evidence(SMTP, Step.SIGN_IN, Outcome.SKIP, "sign-in.kind", detail="Only app password opens this server: no.")
    evidence = [*sound(IMAP), taken, *sound(SMTP), kept]
    assert any("mail.example.com:993 took them" in text for text in said(evidence, Standing.RULED_OUT))
    (open_, *_) = said(evidence, Standing.OPEN)
    assert open_ == "The password was not tried at mail.example.com:587: Only app password opens this server: no."


def test_a_sign_in_that_ended_before_the_secret_left_says_nothing_of_the_password() -> None:
    evidence = [*sound(), seen(Step.SIGN_IN, Outcome.FAIL, "sign-in.no-mechanism")]
    assert any(text.startswith("Signing in at") for text in said(evidence, Standing.NOT_WELL))
    assert any("was not tried at mail.example.com:587" in text for text in said(evidence, Standing.OPEN))
    sent = [*sound(), seen(Step.SIGN_IN, Outcome.FAIL, "smtp.535", ("secret", "sent"))]
    assert not any("not tried" in text for text in said(sent, Standing.OPEN))


def test_what_failed_is_not_well_and_what_comes_after_it_was_not_seen() -> None:
    evidence = [*sound(upto=Step.RESOLVE), seen(Step.CONNECT, Outcome.FAIL, "tcp.timeout")]
    (wrong,) = said(evidence, Standing.NOT_WELL)
    assert wrong.startswith("Connecting to mail.example.com:587 fails: ")
    assert not any("Port 587" in text for text in said(evidence, Standing.RULED_OUT))
    assert any("was not seen: its certificate" in text for text in said(evidence, Standing.OPEN))


def test_a_port_with_somebody_else_behind_it_is_not_called_free() -> None:
    evidence = [*sound(upto=Step.CONNECT), seen(Step.ENCRYPT, Outcome.FAIL, "tls.not-tls", ("stranger", "http"))]
    assert not any("not blocked" in text for text in said(evidence, Standing.RULED_OUT))


def test_a_trusted_certificate_of_a_virus_scanner_rules_nothing_out() -> None:
    evidence = sound(issuer="Avast Web/Mail Shield Root")
    assert not any("Nobody intercepts" in text for text in said(evidence, Standing.RULED_OUT))
    assert any("which reads along in between" in text for text in said(evidence, Standing.OPEN))


def test_well_known_servers_that_answer_clear_the_network() -> None:
    facts = (("reference", "smtp.gmail.com"), ("reference-port", "587"), ("reference-answered", "yes"))
    compared = Evidence(SMTP, Step.DISCOVER, Outcome.OK, facts=facts)
    evidence = [*sound(upto=Step.RESOLVE), seen(Step.CONNECT, Outcome.FAIL, "tcp.timeout"), compared]
    assert any("This network does not block port 587" in text for text in said(evidence, Standing.RULED_OUT))
    assert "the port" not in dict(short(evidence, ()))["Ruled out"]


def test_a_step_that_was_tried_again_counts_as_it_ended_last() -> None:
    evidence = [seen(Step.RESOLVE, Outcome.FAIL, "dns.timeout"), *sound()]
    assert not said(evidence, Standing.NOT_WELL)


def test_one_sentence_for_two_servers_names_both_and_is_said_once() -> None:
    points = [one for one in ruled_out([*sound(IMAP), *sound(SMTP)]) if one.step == Step.RESOLVE]
    assert [point.subjects for point in points] == [(IMAP, SMTP)]


def test_a_relay_that_takes_mail_without_a_sign_in_lacks_no_password() -> None:
    evidence = [*sound(upto=Step.GREETING), seen(Step.CAPABILITIES), seen(Step.RCPT_TO)]
    assert not any("password" in text for text in said(evidence, Standing.OPEN))
    assert any("without a sign-in" in text for text in said(evidence, Standing.RULED_OUT))


def test_nothing_seen_is_nothing_said() -> None:
    assert ruled_out([]) == () and grouped([], ()) == ()


@pytest.mark.parametrize(
    "subject", ["", "mx", "issuer:google", "smtp://", "smtp://x", "ews://[::1]:8443/EWS", "imap://:/"]
)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_any_subject_step_and_outcome_can_be_read(subject: str, outcome: Outcome) -> None:
    evidence = [Evidence(subject, step, outcome, "x.y", detail="said") for step in Step]
    assert all(point.text.strip() for point in ruled_out(evidence, diagnose(evidence)))
    assert all(texts for _, texts in (*grouped(evidence, ()), *short(evidence, ())))
