"""What is read out of texts as people paste them, and that no text does harm."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwizard.diagnosis import Hints, explain
from mailwizard.diagnosis.folding import LONGEST, fold, shorten
from mailwizard.diagnosis.reading import read

GMAIL = "5.7.8 Username and Password not accepted. For more information, go to"


@pytest.mark.parametrize(
    "text",
    [
        f"535-{GMAIL}\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials a1 - gsmtp",
        f"smtplib.SMTPAuthenticationError: (535, b'{GMAIL}\\n5.7.8  https://support.google.com/mail - gsmtp')",
        f"Error: Invalid login: 535-{GMAIL}\r\n535 5.7.8  https://support.google.com/mail - gsmtp\n    at "
        "SMTPConnection._formatError (/app/node_modules/nodemailer/lib/smtp-connection/index.js:784:19)",
        f'{{"level":"error","message":"535-{GMAIL}\\r\\n535 5.7.8 https:\\/\\/support.google.com - gsmtp"}}',
        f"javax.mail.AuthenticationFailedException: 535-{GMAIL}\n535 5.7.8 https://support.google.com - gsmtp\n"
        "\tat com.sun.mail.smtp.SMTPTransport$Authenticator.authenticate(SMTPTransport.java:947)",
        f"SMTP ERROR: Password command failed: 535-{GMAIL.replace(' ', '&nbsp;')}<br />535 5.7.8 gsmtp",
        f"MailKit.Security.AuthenticationException: 535: {GMAIL} 5.7.8 https://support.google.com - gsmtp",
        f"\x1b[31m535-{GMAIL}\x1b[0m\n535 5.7.8 gsmtp",
    ],
)
def test_the_wrapping_of_a_language_does_not_matter(text: str) -> None:
    told = explain(text)
    assert (told.read.protocol, told.read.code, told.read.enhanced) == ("smtp", "smtp.535", "5.7.8")
    assert told.read.provider == "gmail"
    assert told.diagnoses[0].cause == "wrong_password"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("a2 NO [AUTHENTICATIONFAILED] Invalid", {"protocol": "imap", "code": "imap.authenticationfailed"}),
        ("-ERR [AUTH] no", {"protocol": "pop3", "code": "pop3.err"}),
        ("dial tcp smtp.office365.com:587: i/o timeout", {"host": "smtp.office365.com", "port": 587}),
        ("AADSTS50076: Due to", {"protocol": "oauth", "code": "oauth.aadsts50076", "provider": "microsoft365"}),
        ("Error login on [imap.example.com] auth [PLAIN]: 2 NO", {"mechanism": "PLAIN", "host": "imap.example.com"}),
        ("554 5.7.1 denied (in reply to RCPT TO command)", {"step": "rcpt-to", "enhanced": "5.7.1"}),
        ("S: + eyJzdGF0dXMiOiI0MDEifQ==\nC:\nS: a NO fail", {"mechanism": "XOAUTH2"}),
        ("connect to 192.0.2.5.25 version 5.7.1.2", {"enhanced": ""}),
    ],
)
def test_facts_are_read_out_of_a_text(text: str, facts: dict[str, object]) -> None:
    told = explain(text).read
    assert {name: getattr(told, name) for name in facts} == facts


@pytest.mark.parametrize(
    "text",
    [
        'File "/usr/lib/python3.12/site-packages/mail.py", line 530, in send\nKeyError: 1',
        "settings.go:260: error sending SMTP test",
        "at send (smtp.client.js:465:9)",
        "smtpserver.sess.sendmail(sender, recipient)",
        "mail/smtp.channel.rb:553:in `deliver'",
    ],
)
def test_a_file_of_a_program_and_its_line_are_no_server_and_no_reply(text: str) -> None:
    seen = explain(text).read
    assert (seen.host, seen.port, seen.code) == ("", 0, "")


@pytest.mark.parametrize("place", ["smtp.example.py:587", "mail.example.pl", "imap.example.rs:993"])
def test_a_server_in_a_country_that_is_spelt_like_a_program_is_one(place: str) -> None:
    assert explain(f"cannot connect to {place}").read.host == place.partition(":")[0]


def test_a_hint_stands_above_what_the_text_seems_to_say() -> None:
    hints = Hints(provider="zoho-com", protocol="smtp", step="data", mechanism="plain", host="smtp.zoho.eu:465 ssl")
    told = explain("553 Relaying disallowed, see support.google.com", hints).read
    assert (told.provider, told.step, told.mechanism) == ("zoho-com", "data", "PLAIN")
    assert (told.host, told.port, told.security) == ("smtp.zoho.eu", 465, "tls")


@pytest.mark.parametrize("hint", ["", ":993", "[::1]:25", "192.0.2.1:25/465", "a b c", "relay (internal)", ":" * 50])
def test_an_odd_hint_about_the_host_does_no_harm(hint: str) -> None:
    assert read("535 no", Hints(host=hint)).reading.port in {0, 993, 25}


def test_a_word_that_the_terminal_broke_is_read_whole() -> None:
    line = "SMTP Error: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
    broken = "\n".join(line[at : at + 72] for at in range(0, len(line), 72))
    assert explain(broken).diagnoses[0].cause == "smtp_auth_disabled_tenant"


def test_a_reply_of_several_lines_reads_as_one_sentence() -> None:
    folded = fold("534-5.7.14 Please log in via\r\n534-5.7.14 your web browser and\r\n534 5.7.14 then try again.")
    assert "please log in via your web browser and then try again." in folded


def test_chinese_answers_are_read_as_bytes_as_latin_letters_and_as_they_are() -> None:
    sentence = "请使用授权码登录"
    raw = sentence.encode("gb18030")
    as_bytes = "(535, 'Error: " + "".join(f"\\x{byte:02x}" for byte in raw) + "')"
    for text in (sentence, as_bytes, raw.decode("latin-1")):
        assert explain(f"535 {text}").diagnoses[0].cause == "app_password_required"


def test_the_advice_of_a_library_is_not_taken_for_what_was_seen() -> None:
    text = (
        "MailKit.Security.SslHandshakeException: An error occurred while attempting to establish an SSL or TLS "
        "connection.\n\nThis usually means that the SSL certificate presented by the server is not trusted by the "
        "system for one or more of the following reasons:\n\n1. The server is using a self-signed certificate which "
        "cannot be verified.\n2. The local system is missing a Root or Intermediate certificate.\n3. A Certificate "
        "Authority CRL server is temporarily unavailable.\n4. The certificate presented by the server is expired or "
        "invalid.\n"
    )
    causes = {one.cause for one in explain(text).diagnoses}
    assert not causes & {"cert_expired", "cert_self_signed", "cert_incomplete_chain"}


def test_the_shown_text_does_not_act_on_a_terminal() -> None:
    shown = explain("535 \x1b]0;owned\x07\x1b[2J no\u202e [bold]x").read.text
    assert not any(ord(letter) < 32 and letter != "\n" for letter in shown)
    assert "\u202e" not in shown


HOSTILE = [
    "a", " ", "\n", "\\", "\\xe4", "<", "&amp;", "a.", "5.7.1 ", "550-5.7.1 ", "550-", "\x1b[", "\x1b]", "é", "-",
    "this usually means that the ssl certificate ", "x" * 79 + "\n", "smtp.example.com:587 ", "no [a", "<p ", "auth ",
    "\\u0041", "eyJ", "a1 no ", "пароль приложения ", "220 x smtp ", "doesn't have a ", "[[[[", "::::", "(535, b'",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_anything_is_answered_within_a_second(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    begun = time.process_time()
    assert explain(text).diagnoses
    assert time.process_time() - begun < 1


def test_an_error_in_the_middle_of_a_long_log_is_found() -> None:
    line = "2026-11-21 10:00:00 INFO all is well here\n"
    log = line * 12_000 + "ERROR: 534 5.7.9 Application-specific password required\n" + line * 12_000
    assert len(log) > LONGEST
    assert len(shorten(log)) <= LONGEST
    assert explain(log).diagnoses[0].cause == "app_password_required"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["", "smtp", "imap", "pop3", "oauth", "ews", "tls"]))
def test_any_text_gets_an_answer(text: str, protocol: str) -> None:
    told = explain(text, Hints(protocol=protocol))
    assert told.diagnoses
    assert told == explain(text, Hints(protocol=protocol))
