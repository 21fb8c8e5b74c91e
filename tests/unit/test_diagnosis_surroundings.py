"""One silent port means nothing by itself; what else answered says whose fault it is."""

from __future__ import annotations

import pytest

from mailwizard.diagnosis import diagnose
from mailwizard.diagnosis.surroundings import surroundings
from mailwizard.model import Confidence, Evidence, Facts, Outcome, Step

SMTP, IMAP = "smtp://mail.example.com:587/starttls", "imap://imap.example.org:993/tls"
OTHER_PORT = "smtp://mail.example.com:465/tls"
GMAIL = "imap://imap.gmail.com:993/tls"
CERTAIN, LIKELY = Confidence.CERTAIN, Confidence.LIKELY


def fail(
    subject: str, code: str = "tcp.timeout", step: Step = Step.CONNECT, detail: str = "", *facts: tuple[str, str]
) -> Evidence:
    return Evidence(subject, step, Outcome.FAIL, code, detail=detail, facts=facts)


def ok(subject: str, step: Step = Step.CONNECT, detail: str = "", *facts: tuple[str, str]) -> Evidence:
    return Evidence(subject, step, Outcome.OK, detail=detail, facts=facts)


def led(subject: str, *addresses: str) -> Evidence:
    return ok(subject, Step.RESOLVE, "", ("addresses", " ".join(addresses)))


def tried(subject: str, *neighbours: str, connected: tuple[str, ...] = ()) -> Evidence:
    facts: Facts = tuple(("neighbour", one) for one in neighbours)
    return ok(subject, Step.DISCOVER, "", *facts, *(("connected", one) for one in connected))


def reference(subject: str, port: int, code: str, host: str = "smtp.gmail.com") -> Evidence:
    answered = "no" if code.startswith(("tcp.timeout", "tcp.refused", "tcp.unreachable", "dns.")) else "yes"
    facts = (
        ("reference", host),
        ("reference-port", str(port)),
        ("reference-answered", answered),
        ("reference-code", code),
    )
    return Evidence(subject, Step.CONNECT, Outcome.WARN, "reference", detail="for comparison: not reached", facts=facts)


def told(*evidence: Evidence) -> tuple[str, str, Confidence]:
    """Return the first diagnosis: cause, title and how sure."""
    first = diagnose(evidence)[0]
    return first.cause, first.title, first.confidence


def facts_of(*evidence: Evidence) -> dict[str, str]:
    return dict(surroundings(evidence)[0])


def test_a_port_that_well_known_servers_do_not_answer_on_either_is_closed_for_everybody() -> None:
    two = (reference(SMTP, 587, "tcp.timeout"), reference(SMTP, 587, "tcp.timeout", "smtp-mail.outlook.com"))
    control = reference(SMTP, 993, "ok", "imap.gmail.com")
    assert told(fail(SMTP), *two, control)[::2] == ("egress_blocked", CERTAIN)
    assert told(fail(SMTP), *two, tried(SMTP, f"{OTHER_PORT} ok"))[::2] == ("egress_blocked", CERTAIN)
    rejecting = (reference(SMTP, 587, "tcp.refused"), reference(SMTP, 587, "tcp.refused", "smtp-mail.outlook.com"))
    assert told(fail(SMTP, "tcp.refused"), *rejecting, control)[::2] == ("egress_blocked", CERTAIN), (
        "a firewall that says no"
    )


def test_one_well_known_server_alone_or_one_without_an_address_proves_nothing() -> None:
    control = reference(SMTP, 993, "ok", "imap.gmail.com")
    assert told(fail(SMTP), reference(SMTP, 587, "tcp.timeout"), control)[0] == "conn_timeout_blocked"
    lost = (reference(SMTP, 587, "dns.timeout"), reference(SMTP, 587, "dns.nxdomain", "smtp-mail.outlook.com"))
    assert told(fail(SMTP), *lost, control)[0] == "conn_timeout_blocked"


def test_where_nobody_answers_on_any_port_the_network_is_down() -> None:
    two = (reference(SMTP, 587, "tcp.timeout"), reference(SMTP, 587, "tcp.unreachable", "smtp-mail.outlook.com"))
    control = reference(SMTP, 993, "tcp.timeout", "imap.gmail.com")
    assert told(fail(SMTP), *two, control)[::2] == ("network_unreachable", CERTAIN)
    assert told(fail(SMTP), fail(IMAP), tried(SMTP, f"{OTHER_PORT} tcp.timeout"))[::2] == (
        "network_unreachable",
        LIKELY,
    )


def test_a_server_is_down_where_another_one_answers_on_the_same_port() -> None:
    silent = tried(SMTP, f"{OTHER_PORT} tcp.timeout")
    assert told(fail(SMTP), silent, reference(SMTP, 587, "ok"))[1] == "The server is down"
    other = tried(SMTP, f"{OTHER_PORT} tcp.timeout", "smtp://other.example.com:587/starttls ok")
    assert told(fail(SMTP), other)[1] == "The server is down", "no stranger had to be asked"


def test_a_port_that_the_server_keeps_closed_is_told_from_one_that_is_closed_on_the_way() -> None:
    open_port = tried(SMTP, f"{OTHER_PORT} tls.untrusted", connected=(OTHER_PORT,))
    assert told(fail(SMTP), open_port)[1] == "This port gives no answer, while others of the same server do"
    assert told(fail(SMTP), open_port, reference(SMTP, 587, "ok"))[1] == "The server keeps this port closed"


def test_two_silent_servers_on_one_port_while_others_answer_make_the_network_suspect() -> None:
    second = "smtp://smtp.example.net:587/starttls"
    seen = (fail(SMTP), tried(SMTP, f"{second} tcp.timeout", f"{OTHER_PORT} ok"))
    assert told(*seen)[::2] == ("egress_blocked", LIKELY)
    same = (led(SMTP, "192.0.2.1"), led(second, "192.0.2.1"))
    assert told(*seen, *same)[0] == "conn_timeout_blocked", "two names of one machine are one server"


@pytest.mark.parametrize(
    ("address", "subject", "cause"),
    [
        ("0.0.0.0", GMAIL, "network_policy_blocked"),
        ("127.0.0.1", GMAIL, "network_policy_blocked"),
        (":: ::1", GMAIL, "network_policy_blocked"),
        ("10.20.30.1", GMAIL, "captive_portal"),
        ("192.168.1.1 fd00::1", GMAIL, "captive_portal"),
        ("127.0.0.1", IMAP, "wrong_host"),
        ("10.20.30.1", IMAP, "conn_refused"),
        ("142.250.1.1", GMAIL, "conn_refused"),
        ("142.250.1.1 10.0.0.1", GMAIL, "conn_refused"),
        ("127.0.0.1", "imap://127.0.0.1:1143/starttls", "conn_refused"),
        ("127.0.0.1", "imap://localhost:1143/starttls", "conn_refused"),
    ],
)
def test_where_a_name_leads_that_should_lead_to_a_public_server(address: str, subject: str, cause: str) -> None:
    assert told(led(subject, *address.split()), fail(subject, "tcp.refused"))[0] == cause


def test_a_foreign_certificate_at_an_address_inside_is_the_networks() -> None:
    assert told(led(GMAIL, "10.0.0.1"), fail(GMAIL, "tls.hostname", Step.ENCRYPT))[0] == "captive_portal"
    assert told(led(GMAIL, "142.250.1.1"), fail(GMAIL, "tls.hostname", Step.ENCRYPT))[0] == "cert_name_mismatch"


@pytest.mark.parametrize(
    ("code", "step", "cause"),
    [
        ("tls.untrusted", Step.ENCRYPT, "cert_mitm_antivirus"),
        ("tls.hostname", Step.ENCRYPT, "captive_portal"),
        ("starttls.not-offered", Step.ENCRYPT, "starttls_stripped"),
        ("reply.garbled", Step.GREETING, "captive_portal"),
    ],
)
def test_what_well_known_servers_suffer_alike_is_done_by_the_network(code: str, step: Step, cause: str) -> None:
    alike = (reference(SMTP, 587, code), reference(SMTP, 587, code, "smtp-mail.outlook.com"))
    assert told(fail(SMTP, code, step), *alike)[::2] == (cause, CERTAIN)
    assert told(fail(SMTP, code, step), *alike[:1])[0] != cause or code == "tls.untrusted"
    well = (reference(SMTP, 587, "ok"), reference(SMTP, 587, "ok", "smtp-mail.outlook.com"))
    assert facts_of(fail(SMTP, code, step), *well)["reference"] == "answers"


@pytest.mark.parametrize(
    ("subject", "step", "code", "said", "word"),
    [
        (IMAP, Step.GREETING, "reply.garbled", "SSH-2.0-OpenSSH_9.2p1", "SSH"),
        (IMAP, Step.GREETING, "reply.garbled", "HTTP/1.1 400 Bad Request", "web server"),
        (IMAP, Step.GREETING, "reply.garbled", "220 mail.example.org ESMTP", "SMTP"),
        (SMTP, Step.GREETING, "reply.garbled", "+OK ready", "POP3"),
        (SMTP, Step.GREETING, "reply.garbled", "* OK [CAPABILITY IMAP4rev1] ready", "IMAP"),
        (IMAP, Step.GREETING, "reply.garbled", "J␀␀␀", "database"),
        (IMAP, Step.ENCRYPT, "tls.not-tls", "the server does not answer with TLS but in clear: SSH-2.0-x", "SSH"),
    ],
)  # fmt: skip
def test_what_answers_instead_is_named(subject: str, step: Step, code: str, said: str, word: str) -> None:
    cause, title, confidence = told(fail(subject, code, step, said))
    assert (cause, confidence) == ("wrong_service_on_port", CERTAIN)
    assert word in title


def test_a_file_server_that_greets_like_a_mail_server_is_seen_when_it_understands_nothing() -> None:
    greeting = ok(SMTP, Step.GREETING, "220 (vsFTPd 3.0.5)")
    refused = fail(SMTP, "smtp.530", Step.CAPABILITIES, "530 Please login with USER and PASS.")
    first = diagnose([greeting, refused])[0]
    assert first.cause == "wrong_service_on_port" and "FTP" in first.title
    honest = ok(SMTP, Step.GREETING, "220 ftp.example.com ESMTP Postfix")
    assert diagnose([honest, fail(SMTP, "starttls.not-offered", Step.ENCRYPT)])[0].cause == "starttls_not_offered"


def test_a_comparison_is_nobodys_failure_and_adds_nothing_to_what_is_well() -> None:
    assert diagnose([ok(SMTP), reference(SMTP, 587, "tcp.timeout")]) == ()
    assert surroundings([ok(SMTP), reference(SMTP, 587, "tcp.timeout")]) == ((), ())


def test_a_refused_sign_in_has_no_surroundings() -> None:
    assert facts_of(fail(SMTP, "smtp.535", Step.SIGN_IN, "535 no"), ok(IMAP)) == {}
