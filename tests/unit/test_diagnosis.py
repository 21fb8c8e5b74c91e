"""How evidence becomes diagnoses: order, merging, wording, and what needs none."""

from __future__ import annotations

from mailwizard import knowledge
from mailwizard.diagnosis import diagnose, explain
from mailwizard.model import Address, Confidence, Evidence, Outcome, Step

IMAP, SMTP = "imap://imap.example.com:993/tls", "smtp://smtp.example.com:587/starttls"
ALICE = Address("alice", "example.com", "example.com")


def failed(subject: str, step: Step, code: str, detail: str = "", outcome: Outcome = Outcome.FAIL) -> Evidence:
    """Return one piece of evidence."""
    return Evidence(subject, step, outcome, code, "", detail)


def test_nothing_is_wrong_where_nothing_failed() -> None:
    fine = [Evidence(IMAP, step, Outcome.OK) for step in (Step.RESOLVE, Step.CONNECT, Step.ENCRYPT)]
    assert diagnose(fine) == ()
    assert diagnose([]) == ()


def test_what_blocks_first_comes_first() -> None:
    told = diagnose(
        [
            failed(IMAP, Step.SIGN_IN, "imap.authenticationfailed"),
            failed(SMTP, Step.RESOLVE, "dns.nxdomain"),
            failed("keyring", Step.STORE, "store.locked"),
        ]
    )
    assert [one.cause for one in told][:3] == ["keyring_locked", "host_not_found", "wrong_password"]
    assert [one.evidence for one in told][:3] == [(2,), (1,), (0,)]


def test_the_same_cause_at_both_servers_is_told_once() -> None:
    told = diagnose([failed(IMAP, Step.RESOLVE, "dns.timeout"), failed(SMTP, Step.RESOLVE, "dns.timeout")])
    assert [(one.cause, one.evidence) for one in told] == [("dns_temp_failure", (0, 1))]


def test_a_warning_is_told_after_failures_and_an_unknown_one_not_at_all() -> None:
    told = diagnose(
        [
            failed(IMAP, Step.ENCRYPT, "tls.expiring", outcome=Outcome.WARN),
            failed(SMTP, Step.CONNECT, "tcp.refused"),
            failed(SMTP, Step.CONNECT, "odd.warning", outcome=Outcome.WARN),
        ]
    )
    assert [one.cause for one in told] == ["conn_refused", "secret_expiring"]


def test_a_skipped_step_is_told_only_where_it_matters_and_nothing_failed() -> None:
    skipped = failed(IMAP, Step.SIGN_IN, "sign-in.kind", outcome=Outcome.SKIP)
    assert [one.cause for one in diagnose([skipped], provider="microsoft365")] == ["basic_auth_retired"]
    refused = failed(SMTP, Step.CONNECT, "tcp.refused")
    assert [one.cause for one in diagnose([skipped, refused], provider="microsoft365")] == ["conn_refused"]
    assert diagnose([failed(IMAP, Step.SIGN_IN, "sign-in.refused-before", outcome=Outcome.SKIP)]) == ()
    assert diagnose([failed(IMAP, Step.SIGN_IN, "cancelled", outcome=Outcome.SKIP)]) == ()


def test_the_order_of_the_evidence_does_not_change_the_answer() -> None:
    seen = [
        failed(SMTP, Step.SIGN_IN, "smtp.535", "Authentication unsuccessful, SmtpClientAuthentication is disabled"),
        failed(IMAP, Step.CONNECT, "tcp.timeout"),
    ]
    there = [one.cause for one in diagnose(seen, provider="microsoft365")]
    assert there == [one.cause for one in diagnose(list(reversed(seen)), provider="microsoft365")]


def test_places_in_the_text_are_filled_and_never_left_raw() -> None:
    seen = failed(SMTP, Step.SIGN_IN, "smtp.535", "SmtpClientAuthentication is disabled for the Mailbox.")
    for address in (ALICE, None):
        told = diagnose([seen], provider="microsoft365", address=address)[0]
        text = " ".join((told.title, told.why, *told.fix))
        assert not {"{address}", "{host}", "{port}", "{domain}", "{provider}"} & set(text.split())
        assert "{" not in text
        assert ("alice@example.com" in text) is (address is not None)
    refused = diagnose([failed(SMTP, Step.CONNECT, "tcp.refused")])[0]
    assert "smtp.example.com" in refused.why and "587" in refused.why


def test_what_is_unknown_is_said_in_general_words() -> None:
    told = explain("connect ECONNREFUSED").diagnoses[0]
    assert told.why.startswith("The server is there and said at once that nobody takes connections on this port.")


def test_the_steps_of_others_say_whose_they_are() -> None:
    told = diagnose([failed(IMAP, Step.ENCRYPT, "tls.expired")])[0]
    assert any(step.startswith("Admin: ") for step in told.fix)
    assert not told.fix[0].startswith("Admin: ")


def test_the_fix_of_another_provider_is_not_shown() -> None:
    seen = failed(SMTP, Step.MAIL_FROM, "smtp.553", "Sender address rejected: not owned by user a@example.com")
    elsewhere = " ".join(diagnose([seen], provider="yandex")[0].fix)
    there = " ".join(diagnose([seen], provider="microsoft365")[0].fix)
    assert "Add-RecipientPermission" in there
    assert "Add-RecipientPermission" not in elsewhere


def test_the_guide_of_the_provider_is_named() -> None:
    seen = failed(IMAP, Step.SIGN_IN, "imap.alert", "Application-specific password required")
    told = diagnose([seen], provider="gmail")[0]
    card = knowledge.provider("gmail")
    assert card is not None
    guide = card.cure("app_password_required")
    assert told.cause == "app_password_required"
    assert guide is not None and told.guide == guide.id


def test_advice_follows_the_calendar() -> None:
    seen = failed(IMAP, Step.SIGN_IN, "imap.no", "LOGIN failed.")
    before = diagnose([seen], provider="microsoft365", today="2026-11-21")[0].why
    after = diagnose([seen], provider="microsoft365", today="2027-02-01")[0].why
    assert "still takes passwords for sending" in before
    assert "still takes passwords for sending" not in after and "off by default" in after


def test_a_doubtful_answer_names_its_neighbours_as_possible() -> None:
    told = explain("535 5.7.3 Authentication unsuccessful [AM0PR02.eurprd02.prod.outlook.com]").diagnoses
    assert told[0].cause == "wrong_password"
    assert told[0].confidence is Confidence.LIKELY
    assert "smtp_auth_disabled_mailbox" in [one.cause for one in told[1:]]
    assert all(one.confidence is Confidence.POSSIBLE for one in told[1:])


def test_an_unknown_text_gets_the_nearest_causes_marked_as_such() -> None:
    told = explain("the certificate chain hangs in the hall of the server name").diagnoses
    assert told[0].cause == "unexplained"
    assert told[0].confidence is Confidence.POSSIBLE
    assert "cert_name_mismatch" in [one.cause for one in told[1:]]
    assert [one.cause for one in explain("").diagnoses] == ["unexplained"]


def test_words_that_only_resemble_known_ones_get_the_nearest_causes_too() -> None:
    told = explain("the greylisted walrus has a certificate of its own").diagnoses
    assert len(told) > 1


def test_a_fault_of_our_own_is_nobody_elses() -> None:
    seen = Evidence(
        "imap://imap.example.com:993/tls", Step.RESOLVE, Outcome.FAIL, "bug", "maximum recursion depth exceeded"
    )
    assert [one.cause for one in diagnose([seen])] == ["unexplained"]


def test_letters_beyond_ascii_are_named_behind_a_wrong_password() -> None:
    seen = Evidence(
        "pop3://pop.example.com:995/tls",
        Step.SIGN_IN,
        Outcome.FAIL,
        "pop3.err",
        "bad",
        facts=(("letters", "beyond-ascii"),),
    )
    assert [one.cause for one in diagnose([seen])][:2] == ["wrong_password", "credential_encoding"]
