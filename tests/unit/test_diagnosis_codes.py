"""Every code that a check, a look-up or a store can tell leads to a cause that fits."""

from __future__ import annotations

import pytest

from mailwizard.diagnosis import diagnose
from mailwizard.model import Evidence, Facts, Outcome, Step

IMAP, SMTP, SUBMISSION, CLEAR = (
    "imap://mail.example.com:993/tls",
    "smtp://mail.example.com:465/tls",
    "smtp://mail.example.com:587/starttls",
    "imap://mail.example.com:143/none",
)
WRONG_TLS, WRONG_STARTTLS = "smtp://mail.example.com:587/tls", "smtp://mail.example.com:465/starttls"

CODES = [
    ("dns.nxdomain", "discover", "mx", "domain_not_found"),
    ("dns.nxdomain", "resolve", IMAP, "host_not_found"),
    ("dns.nodata", "resolve", IMAP, "host_not_found"),
    ("dns.bad-name", "resolve", IMAP, "host_not_found"),
    ("dns.timeout", "resolve", IMAP, "dns_temp_failure"),
    ("dns.servfail", "resolve", IMAP, "dns_temp_failure"),
    ("dns.unconfigured", "resolve", IMAP, "dns_temp_failure"),
    ("timeout", "resolve", IMAP, "dns_temp_failure"),
    ("tcp.refused", "connect", IMAP, "conn_refused"),
    ("tcp.timeout", "connect", IMAP, "conn_timeout_blocked"),
    ("timeout", "connect", IMAP, "conn_timeout_blocked"),
    ("tcp.unreachable", "connect", IMAP, "network_unreachable"),
    ("tcp.denied", "connect", IMAP, "local_permission_blocked"),
    ("tcp.reset", "greeting", SMTP, "conn_reset"),
    ("tcp.closed", "capabilities", SMTP, "conn_dropped"),
    ("tcp.closed", "greeting", WRONG_STARTTLS, "tls_mode_mismatch"),
    ("tls.expired", "encrypt", IMAP, "cert_expired"),
    ("tls.not-yet-valid", "encrypt", IMAP, "cert_not_yet_valid"),
    ("tls.hostname", "encrypt", IMAP, "cert_name_mismatch"),
    ("tls.self-signed", "encrypt", IMAP, "cert_self_signed"),
    ("tls.untrusted", "encrypt", IMAP, "cert_untrusted"),
    ("tls.incomplete-chain", "encrypt", IMAP, "cert_incomplete_chain"),
    ("tls.weak", "encrypt", IMAP, "tls_weak_crypto"),
    ("tls.version", "encrypt", IMAP, "tls_version_mismatch"),
    ("tls.not-tls", "encrypt", WRONG_TLS, "tls_mode_mismatch"),
    ("tls.handshake", "encrypt", IMAP, "tls_handshake_failed"),
    ("timeout", "encrypt", WRONG_TLS, "tls_mode_mismatch"),
    ("starttls.injection", "encrypt", SUBMISSION, "starttls_injection"),
    ("starttls.not-offered", "encrypt", SUBMISSION, "starttls_not_offered"),
    ("starttls.refused", "encrypt", SUBMISSION, "starttls_refused"),
    ("reply.line-too-long", "greeting", IMAP, "reply_unbounded"),
    ("reply.too-large", "capabilities", IMAP, "reply_unbounded"),
    ("reply.garbled", "greeting", IMAP, "wrong_service_on_port"),
    ("reply.garbled", "sign-in", IMAP, "protocol_error"),
    ("timeout", "greeting", SUBMISSION, "no_greeting"),
    ("timeout", "greeting", IMAP, "no_greeting"),
    ("timeout", "greeting", WRONG_STARTTLS, "tls_mode_mismatch"),
    ("timeout", "sign-in", IMAP, "server_stalled"),
    ("timeout", "capabilities", IMAP, "server_stalled"),
    ("secret.cleartext", "sign-in", CLEAR, "starttls_required"),
    ("smtp.535", "sign-in", SMTP, "wrong_password"),
    ("smtp.530", "mail-from", SMTP, "auth_required"),
    ("smtp.538", "sign-in", SMTP, "starttls_required"),
    ("smtp.504", "sign-in", SMTP, "auth_mechanism_unsupported"),
    ("smtp.502", "sign-in", SMTP, "auth_not_advertised"),
    ("smtp.454", "sign-in", SMTP, "server_unavailable"),
    ("smtp.421", "greeting", SMTP, "server_unavailable"),
    ("smtp.554", "greeting", SMTP, "ip_blocked_policy"),
    ("smtp.501", "capabilities", SMTP, "helo_rejected"),
    ("smtp.550", "mail-from", SMTP, "sender_not_owned"),
    ("smtp.550", "rcpt-to", SMTP, "recipient_unknown"),
    ("smtp.450", "rcpt-to", SMTP, "temporary_rejection"),
    ("smtp.554", "data", SMTP, "content_rejected"),
    ("smtp.599", "capabilities", SMTP, "protocol_error"),
    ("imap.no", "sign-in", IMAP, "wrong_password"),
    ("imap.no", "mailbox", IMAP, "mailbox_unavailable"),
    ("imap.bad", "capabilities", IMAP, "protocol_error"),
    ("imap.bye", "capabilities", IMAP, "conn_dropped"),
    ("imap.preauth", "greeting", IMAP, "preauth_before_tls"),
    ("imap.authenticationfailed", "sign-in", IMAP, "wrong_password"),
    ("imap.alert", "sign-in", IMAP, "wrong_password"),
    ("imap.unavailable", "sign-in", IMAP, "server_unavailable"),
    ("imap.privacyrequired", "sign-in", IMAP, "starttls_required"),
    ("imap.expired", "sign-in", IMAP, "password_expired"),
    ("imap.noperm", "mailbox", IMAP, "mailbox_access_denied"),
    ("imap.nonexistent", "mailbox", IMAP, "folder_missing"),
    ("imap.somethingnew", "capabilities", IMAP, "protocol_error"),
    ("pop3.err", "sign-in", "pop3://mail.example.com:995/tls", "wrong_password"),
    ("pop3.err", "mailbox", "pop3://mail.example.com:995/tls", "mailbox_unavailable"),
    ("sign-in.no-mechanism", "sign-in", IMAP, "auth_mechanism_unsupported"),
    ("sign-in.not-offered", "sign-in", SMTP, "auth_not_advertised"),
    ("sign-in.not-offered", "sign-in", CLEAR, "starttls_required"),
    ("http.503", "discover", "autoconfig", "server_unavailable"),
    ("http.407", "discover", "autoconfig", "proxy_required"),
    ("http.404", "discover", "autoconfig", "settings_not_found"),
    ("oauth.invalid_grant", "token", "oauth", "oauth_grant_revoked"),
    ("oauth.access_denied", "authorize", "oauth", "oauth_access_denied"),
    ("oauth.something_new", "token", "oauth", "oauth_client_misconfigured"),
    ("store.no-backend", "store", "keyring", "keyring_no_backend"),
    ("store.timeout", "store", "keyring", "keyring_no_backend"),
    ("store.no-dbus", "store", "keyring", "keyring_dbus_missing"),
    ("store.locked", "store", "keyring", "keyring_locked"),
    ("store.wrong-passphrase", "store", "vault", "keyring_locked"),
    ("store.denied", "store", "keyring", "keyring_denied"),
    ("store.read-only", "store", "vault", "keyring_denied"),
    ("store.plain-text", "store", "keyring", "store_plain_text"),
    ("store.full", "store", "vault", "unexplained"),
    ("store.damaged", "store", "vault", "unexplained"),
    ("store.exists", "store", "vault", "unexplained"),
    ("store.missing", "store", "vault", "unexplained"),
    ("bug", "sign-in", IMAP, "unexplained"),
    ("never.heard-of", "sign-in", IMAP, "unexplained"),
]


@pytest.mark.parametrize(("code", "step", "subject", "cause"), CODES)
def test_a_code_leads_to_the_cause_that_fits(code: str, step: str, subject: str, cause: str) -> None:
    told = diagnose([Evidence(subject, Step(step), Outcome.FAIL, code)])
    assert told[0].cause == cause
    assert told[0].evidence == (0,)
    assert told[0].fix


PLAIN, LOGIN, XOAUTH2 = ((("mechanism", name),) for name in ("PLAIN", "LOGIN", "XOAUTH2"))
MICROSOFT = "imap://outlook.office365.com:993/tls"


@pytest.mark.parametrize(
    ("subject", "provider", "code", "detail", "facts", "cause"),
    [
        (SMTP, "gmail", "smtp.535", "Username and Password not accepted", PLAIN, "wrong_password"),
        (SMTP, "gmail", "smtp.535", "Username and Password not accepted", XOAUTH2, "oauth_token_invalid"),
        (MICROSOFT, "microsoft365", "imap.no", "LOGIN failed.", LOGIN, "basic_auth_retired"),
        (IMAP, "exchange-onprem", "imap.no", "LOGIN failed.", LOGIN, "wrong_password"),
        (MICROSOFT, "microsoft365", "imap.no", "AUTHENTICATE failed.", XOAUTH2, "oauth_token_invalid"),
        (SUBMISSION, "microsoft365", "smtp.535", "Authentication unsuccessful", (), "wrong_password"),
        (IMAP, "icloud", "imap.authenticationfailed", "Authentication Failed", (), "app_password_required"),
        (IMAP, "gmx-net", "imap.no", "authentication failed", (), "imap_disabled"),
        (SUBMISSION, "gmail", "starttls.not-offered", "", (), "starttls_stripped"),
        (IMAP, "proton-bridge", "tcp.refused", "", (), "bridge_required"),
        (IMAP, "", "tls.untrusted", "", (("issuer", "CN=Avast Web/Mail Shield Root"),), "cert_mitm_antivirus"),
    ],
)  # fmt: skip
def test_the_same_words_mean_different_things_in_different_places(
    subject: str, provider: str, code: str, detail: str, facts: Facts, cause: str
) -> None:
    step = Step.ENCRYPT if code.startswith(("tls", "starttls")) else Step.SIGN_IN
    step = Step.CONNECT if code.startswith("tcp") else step
    told = diagnose([Evidence(subject, step, Outcome.FAIL, code, "", detail, facts=facts)], provider=provider)
    assert told[0].cause == cause
