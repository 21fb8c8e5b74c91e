"""What no report may hold: secrets in every way of writing them, tokens nobody knows; and what must stay in it."""

from __future__ import annotations

import base64
import hmac
import html
import json
import re
import string

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.sweep.forms import forms, written

from mailwizard.checks.transcript import Conversation
from mailwizard.draft import Draft
from mailwizard.model import Candidate, Endpoint, Evidence, Outcome, Protocol, Step, Trust
from mailwizard.net import Said
from mailwizard.net.secrets import SHOWN, Secrets
from mailwizard.report import Run, gather, read, to_text
from mailwizard.report.redacting import TOKEN, redact
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration

SECRET = 'Zq7"\\ é%+x9'
END = Endpoint(Protocol.SMTP, "smtp.example.com", 587, Endpoint.parse(Protocol.SMTP, "smtp.example.com:587").security)
SMTP = Candidate(END, "alice@example.com", (), "typed", Trust.CURATED, "Typed by hand.")
PROSE = (
    "535 5.7.8 Error: authentication failed: the user name or the password is wrong for mail.example.com",
    "250-smtp.example.com greets you, PIPELINING, SIZE 35882577, ENHANCEDSTATUSCODES and SMTPUTF8 are offered",
    "TLSv1.3, certificate from Example Authority, valid until 2027-02-20, names mail.example.com imap.example.com",
    "The server read the user name and said no; see https://support.example.com/en/articles/about-app-passwords",
    "/usr/lib/python3/site-packages/mailwizard/knowledge/providers/and/some/more/folders/of/a/long/path",
    "220 mx1.example.com ESMTP Postfix (Debian/GNU) ready at Mon, 2 Nov 2026 10:11:12 +0100 (Central European Time)",
    "password: incorrect. Tokens are not taken here; the bearer authentication of this server is switched off.",
)
FAMILIES = sorted({family for family, _ in written(SECRET.encode())})
LONG = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=10, max_size=30)
SHORT = st.one_of(
    st.text(string.ascii_letters + string.digits, min_size=1, max_size=5),
    st.sampled_from(["the", "mail", "user", "is", "name", "for", "said", "at", "1", "535", "a b", "smtp", "com"]),
)


def told(*texts: str, secrets: tuple[str, ...] = (), said: tuple[str, ...] = ()) -> str:
    """Return the text of a report in which some words were said."""
    evidence = tuple(Evidence(str(END), Step.SIGN_IN, Outcome.FAIL, "smtp.535", detail=text) for text in texts)
    lines = tuple(Said(sent=False, text=text, encrypted=True, seconds=1.0) for text in said)
    run = Run(
        evidence=evidence, conversations=(Conversation(str(END), "192.0.2.1", "TLSv1.3", lines),) if lines else ()
    )
    report = gather(Draft(outgoing=SMTP), run, secrets=secrets)
    text = to_text(report)
    assert read(text.encode()) == report
    return text


def spoken(text: str) -> str:
    """Return all texts of a report's evidence and conversations, one below the other."""
    tree = json.loads(text)
    words = [one["detail"] for one in tree["evidence"]]
    return "\n".join([*words, *(said["text"] for one in tree["transcript"] for said in one["said"])])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("place", ["whole", "early", "middle", "late"])
def test_a_secret_is_found_in_every_family_also_split_over_two_lines(family: str, place: str) -> None:
    for name, form in written(SECRET.encode()):
        if name != family:
            continue
        shown = form.decode("utf-8", "surrogateescape")
        at = {"whole": 0, "early": 4, "middle": len(shown) // 2, "late": len(shown) - 3}[place]
        lines = (f"535-no {shown[:at]}", f"535 {shown[at:]} here") if at else (f"535 no {shown} here", "535 bye")
        text = told(f"no {shown} here", secrets=(SECRET,), said=lines)
        assert SHOWN in text and not [form for form, _ in forms(SECRET.encode()) if form in text.encode()]
        assert "here" in spoken(text)


def test_what_a_sign_in_sent_is_found_as_it_was_encoded() -> None:
    plain = base64.b64encode(f"\0alice\0{SECRET}".encode()).decode()
    xoauth2 = f"user=alice\x01auth=Bearer {SECRET}\x01\x01"
    text = told(f"no {plain}", f"no {xoauth2}", f"no {base64.b64encode(xoauth2.encode()).decode()}", secrets=(SECRET,))
    assert not [form for form, _ in forms(SECRET.encode()) if form in text.encode()] and plain not in text


QUOTED = "it's/Zq7<9\"&x"
IN_PAGES = {
    "python": html.escape(QUOTED),
    "php": html.escape(QUOTED).replace("&#x27;", "&#039;"),
    "perl": html.escape(QUOTED).replace("&#x27;", "&#39;"),
    "no single ones": html.escape(QUOTED).replace("&#x27;", "'"),
    "php json": json.dumps(QUOTED)[1:-1].replace("/", "\\/"),
    "go json": re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(QUOTED)[1:-1]),
    "go json in a page": re.sub("[<>&']", lambda found: f"\\u{ord(found[0]):04X}", json.dumps(QUOTED)[1:-1]),
    "numbers": "".join(f"&#{ord(letter)};" for letter in QUOTED),
    "hexadecimal numbers": "".join(f"&#x{ord(letter):X};" for letter in QUOTED),
    "code points": "".join(f"\\u{ord(letter):04x}" for letter in QUOTED),
    "percent throughout": "".join(f"%{byte:02X}" for byte in QUOTED.encode()),
    "quoted-printable throughout": "".join(f"={byte:02X}" for byte in QUOTED.encode()),
}


@pytest.mark.parametrize("how", IN_PAGES)
def test_a_secret_is_found_as_pages_and_programs_write_it(how: str) -> None:
    assert spoken(told(f"got {IN_PAGES[how]} here", secrets=(QUOTED,))) == f"got {SHOWN} here"


def test_only_the_value_of_a_fact_is_taken_for_a_digest_and_not_what_follows_a_word() -> None:
    said = ("token", "ya29.a0AfH6SMBxyzxyzxyz12345", "fingerprint", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc")
    lines = [TOKEN if at % 2 else text for at, text in enumerate(said)]
    assert spoken(told(said=said)).splitlines() == lines


def test_a_password_in_an_address_is_taken_out_whole() -> None:
    assert spoken(told("http://alice:p@ss@wo@proxy.example:80/x")) == f"http://alice:{SHOWN}@proxy.example:80/x"


def test_the_answer_to_a_challenge_is_taken_out() -> None:
    digest = hmac.digest(SECRET.encode(), b"<1@x>", "md5").hex()
    answer = base64.b64encode(f"alice {digest}".encode()).decode()
    assert answer not in told(f"no {answer}")


@given(LONG, st.integers(0, 6), st.integers(1, 9))
def test_nothing_is_left_of_any_long_secret(secret: str, at: int, cut: int) -> None:
    lines = (f"535-{secret[:cut]}", f"535 {secret[cut:]} ends")
    text = told(PROSE[at] + f" ({secret})", f"got {secret.encode().hex()}", secrets=(secret,), said=lines)
    assert secret not in spoken(text) and secret.encode().hex() not in text
    assert secret not in spoken(text).replace("\n535 ", "")


@given(SHORT)
def test_a_short_secret_takes_hardly_anything_with_it(secret: str) -> None:
    before = spoken(told(*PROSE, *PROSE))
    after = spoken(told(*PROSE, *PROSE, secrets=(secret,)))
    lost = len(before) - len(after.replace(SHOWN, ""))
    assert lost <= len(before) / 100
    assert (
        f'"{secret}"' not in spoken(told(f'the password "{secret}" is too short', secrets=(secret,))) or len(secret) < 3
    )


@given(LONG)
def test_plain_text_stays_whole(secret: str) -> None:
    assume(all(secret.lower() not in line.lower() for line in PROSE))
    assert spoken(told(*PROSE, secrets=(secret,))) == "\n".join(PROSE)


@pytest.mark.parametrize(
    "token",
    [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def_123",
        "ya29.a0AfH6SMBx-xyz_123",
        "1//0gAbCdEfGhIjKlMn-opq",
        "GOCSPX-abcdefghijkl_mn",
        "0.AXkAabc.AgABAAEAAAAmoFfGtYxvRrNriQdPKIZ-AgDs",
        "SG.abcdefghijklmnop.qrstuvwxyz0123456789",
        "xoxb-123456789012-abcdef",
        base64.b64encode(bytes(range(60, 100))).decode(),
        base64.urlsafe_b64encode(bytes(range(200, 240))).decode(),
        "Q" * 40,
        "d" * 20 + "4" * 20,
    ],
)
def test_a_token_is_known_by_its_shape(token: str) -> None:
    text = told(f"535 the token {token} is over", said=("335 go on", f"335 {token}", "335 bye"))
    assert token not in text and text.count(TOKEN) == 2 and "is over" in text
    assert json.loads(text)["redactions"] == [{"kind": "token", "count": 2}]


@given(st.binary(min_size=30, max_size=200), st.integers(20, 30))
def test_a_token_of_any_bytes_is_found_also_over_two_lines(data: bytes, cut: int) -> None:
    for token in (base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()):
        assert token not in told(f"no {token}.")
        mixed = [re.search("[a-z]", part) and re.search("[A-Z]", part) for part in (token[:cut], token[cut:])]
        if all(mixed) and not set("+/-_=") & set(token):
            assert token[:cut] not in told(said=(f"334-{token[:cut]}", f"334 {token[cut:]}"))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("login user=alice pass=hunter2 failed", f"login user=alice pass={SHOWN} failed"),
        ('{"password": "two words"}', f'{{"password": "{SHOWN}"}}'),
        ("Authorization: Bearer abc123xyz", f"Authorization: Bearer {TOKEN}"),
        ("access_token=abc&refresh_token=def", f"access_token={SHOWN}&refresh_token={SHOWN}"),
        ("proxy http://bob:s3cret@proxy.example", f"proxy http://bob:{SHOWN}@proxy.example"),
        ("Password: s3cr3t!", f"Password: {SHOWN}"),
    ],
)
def test_what_stands_behind_the_name_of_a_secret_is_taken_out(said: str, left: str) -> None:
    assert spoken(told(said)) == left


def test_a_saved_sign_in_names_all_that_is_secret_in_it() -> None:
    client = Registration("microsoft", "client-id", client_secret="client~secret", key="pem")
    cache = json.dumps({"RefreshToken": {"x": {"secret": "0.AXk-refresh", "client_id": "client-id"}}})
    grant = Grant(client, "alice", refresh_token="refresh-1", access_token="access-1", cache=cache)
    assert set(grant.secrets) == {"client~secret", "pem", "refresh-1", "access-1", "0.AXk-refresh"}


def test_each_line_of_a_key_is_a_secret() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw BCIEIAc\nshort\n-----END PRIVATE KEY-----\n"
    assert "MC4CAQAwBQYDK2Vw BCIEIAc" not in told("no MC4CAQAwBQYDK2Vw BCIEIAc here", secrets=(key,))


def test_a_certificates_digest_is_no_token() -> None:
    digest = "0af3" * 16
    seen = Evidence(str(END), Step.ENCRYPT, Outcome.OK, facts=(("fingerprint", digest),))
    report = gather(Draft(outgoing=SMTP), Run(evidence=(seen,)))
    assert report.evidence[0].fact("fingerprint") == digest and not report.redactions


@pytest.mark.parametrize(
    "secret", ["smtp.example.com", "example", "starttls", "sign-in", "password", "alice@example.com"]
)
def test_a_secret_that_is_a_word_of_the_report_leaves_it_readable(secret: str) -> None:
    seen = Evidence(str(END), Step.SIGN_IN, Outcome.FAIL, "smtp.535", detail=f"no {secret} here")
    report = gather(Draft(outgoing=SMTP), Run(evidence=(seen,), mechanism="PLAIN"), secrets=(secret,))
    again = read(to_text(report).encode())
    assert again == report and again.evidence[0].subject == str(END) and f"no {SHOWN} here" in to_text(report)


def test_every_text_of_a_report_is_looked_at() -> None:
    report = gather(Draft(), Run())
    tree = msgspec.to_builtins(report)
    tree["environment"]["proxies"] = [["HTTPS_PROXY", "x hunter22hunter"]]
    tree["diagnoses"] = [{"why": "hunter22hunter", "fix": ["hunter22hunter"]}]
    assert "hunter22" not in str(redact(tree, ["hunter22hunter"])[0])


def test_a_short_secret_is_found_at_the_start_of_a_line() -> None:
    known = Secrets()
    known.know("ab1")
    assert known.scrub("535 no\r\n535 ab1 is wrong") == f"535 no\r\n535 {SHOWN} is wrong"
