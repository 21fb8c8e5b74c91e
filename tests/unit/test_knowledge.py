"""Looking cards up, reading them, and filling in guides."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard import knowledge
from mailwizard.knowledge.guidance import Guide, GuideStep
from mailwizard.knowledge.provider_card import DatedFact, SecretShape
from mailwizard.model import Address, AuthKind, Protocol

ALICE = Address("alice", "example.org", "example.org")


def found(domain: str) -> str:
    """Return the id of the card of a domain, or nothing."""
    card = knowledge.by_domain(domain)
    return card.id if card else ""


def exchanged(host: str) -> str:
    """Return the id of the card of a mail exchanger, or nothing."""
    card = knowledge.by_mx(host)
    return card.id if card else ""


def test_a_domain_is_found_exactly() -> None:
    assert found("gmail.com") == found("GMAIL.com.") == "gmail"
    assert found("office365.com") == "microsoft365"
    for other in ("mail.gmail.com", "xgmail.com", "gmail.com.evil.net", "com", "", "."):
        assert found(other) == ""


@pytest.mark.parametrize(
    ("host", "card"),
    [
        ("gmail-smtp-in.l.google.com", "gmail"),
        ("alt1.gmail-smtp-in.l.google.com", "gmail"),
        ("aspmx.l.google.com", "google-workspace"),
        ("ASPMX2.GOOGLEMAIL.COM.", "google-workspace"),
        ("smtp.google.com", "google-workspace"),
        ("contoso-com.mail.protection.outlook.com", "microsoft365"),
        ("contoso-com.k-v1.mx.microsoft", "microsoft365"),
        ("outlook-com.olc.protection.outlook.com", "outlook-com"),
        ("mx01.mail.icloud.com", "icloud"),
        ("mxbiz1.qq.com", "tencent-exmail"),
        ("mx1.qq.com", "qq"),
        ("mx1-us1.ppe-hosted.com", "proofpoint-essentials"),
        ("google.com.evil.net", ""),
        ("notgoogle.com", ""),
        ("protection.outlook.com", ""),
        ("xmx.microsoft", ""),
        ("microsoft", ""),
        ("com", ""),
        ("", ""),
    ],
)
def test_an_exchanger_is_found_by_its_longest_suffix_on_a_label_boundary(host: str, card: str) -> None:
    assert exchanged(host) == card


def test_guides_are_found_by_their_id() -> None:
    guide = knowledge.guide("gmail.app-password")
    assert guide
    assert guide.who == "user"
    assert guide.steps[2].id == "gmail.app-password.3"
    assert guide in knowledge.guides()
    for name in ("gmail", "gmail.", "gmail.nothing", "nobody.app-password", "", "."):
        assert knowledge.guide(name) is None
    assert knowledge.provider("nobody") is None


def test_problems_are_found_by_their_cause() -> None:
    assert all(name == card.id for name, card in knowledge.problems().items())


def test_nobody_can_change_what_all_share() -> None:
    with pytest.raises(TypeError):
        knowledge.providers()["gmail"] = knowledge.providers()["aol"]  # type: ignore[index]


def test_what_a_person_needs_is_there_for_gmail_and_microsoft() -> None:
    gmail, microsoft = knowledge.providers()["gmail"], knowledge.providers()["microsoft365"]
    missing = gmail.guide("app-password-missing")
    assert missing
    assert len(missing.steps) == 4
    make = gmail.cure("app_password_required")
    assert make
    assert any("https://myaccount.google.com/apppasswords" in step.text for step in make.steps)
    for cause, slug in (
        ("smtp_auth_disabled_mailbox", "smtp-auth"),
        ("smtp_auth_disabled_tenant", "smtp-auth"),
        ("security_defaults_blocked", "security-defaults"),
        ("conditional_access_blocked", "conditional-access"),
    ):
        guide = microsoft.cure(cause)
        assert guide
        assert (guide.id, guide.who) == (f"microsoft365.{slug}", "admin")
    shell = microsoft.guide("smtp-auth-powershell")
    assert shell
    commands = [line for step in shell.fill(ALICE).steps for line in step.text.splitlines() if line.startswith("    ")]
    assert "    Set-CASMailbox -Identity 'alice@example.org' -SmtpClientAuthenticationDisabled $false" in commands
    assert microsoft.cure("wrong_host") is None


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 6, 1), "At the end of December 2026"),
        (date(2026, 11, 21), "only for some weeks more: at the end of December 2026"),
        (date(2026, 12, 30), "only for some weeks more: at the end of December 2026"),
        (date(2026, 12, 31), "is off by default since"),
        (date(2027, 6, 1), "is off by default since"),
    ],
)
def test_dated_facts_follow_the_calendar(day: date, words: str) -> None:
    told = [text for text in knowledge.providers()["microsoft365"].today(day) if "by default" in text]
    assert len(told) == 1
    assert words in told[0]


def test_microsoft_takes_a_password_for_sending_only() -> None:
    candidates = knowledge.providers()["microsoft365"].candidates(ALICE)
    kinds = {candidate.endpoint.protocol: candidate.auth for candidate in candidates}
    assert kinds[Protocol.IMAP] == kinds[Protocol.POP3] == (AuthKind.OAUTH2,)
    assert set(kinds[Protocol.SMTP]) == {AuthKind.PASSWORD, AuthKind.OAUTH2}
    assert all(c.auth == (AuthKind.OAUTH2,) for c in knowledge.providers()["outlook-com"].candidates(ALICE))


def guide_with(text: str) -> Guide:
    """Return a guide with one step."""
    return Guide("x.y", "For {address}", "user", "At {domain}", (GuideStep("x.y.1", text),))


def test_a_guide_is_filled_in() -> None:
    filled = guide_with("Sign in as {address}, that is {local}.").fill(ALICE)
    assert filled.title == "For alice@example.org"
    assert filled.lead == "At example.org"
    assert filled.steps[0].text == "Sign in as alice@example.org, that is alice."
    assert filled.steps[0].id == "x.y.1"


def test_a_guide_without_an_address_shows_blanks() -> None:
    assert guide_with("{address} {local} {domain}").fill(None).steps[0].text == "YOU@YOUR-DOMAIN YOU YOUR-DOMAIN"


def test_an_address_is_filled_in_once_only() -> None:
    odd = Address("{domain}", "example.org", "example.org")
    assert guide_with("{address}").fill(odd).steps[0].text == "{domain}@example.org"


def test_an_address_cannot_end_the_quotes_of_a_command() -> None:
    odd = Address("o'neil’$(x)", "example.org", "example.org")
    text = guide_with("Run this for {address}:\n\n    Get-Thing -Identity '{address}'").fill(odd).steps[0].text
    assert text.splitlines()[0] == "Run this for o'neil’$(x)@example.org:"
    assert text.splitlines()[2] == "    Get-Thing -Identity 'o''neil’’$(x)@example.org'"


@given(st.text("a'‘’‚‛\"$`", max_size=12))
def test_whatever_the_address_holds_a_command_has_one_quoted_word(local: str) -> None:
    line = guide_with("    '{local}'").fill(Address(local, "example.org", "example.org")).steps[0].text
    quotes = [character in "'‘’‚‛" for character in line.strip()[1:-1]]
    runs = "".join("q" if quote else "." for quote in quotes).split(".")
    assert all(len(run) % 2 == 0 for run in runs)


GOOGLE = SecretShape("app password", "[a-z]{16}", " -", "It has 16 letters; this has {count}.")


def test_a_secret_is_cleaned_and_told_from_others() -> None:
    assert GOOGLE.clean(" abcd efgh-ijkl mnop\n") == "abcdefghijklmnop"
    assert GOOGLE.refusal("abcd efgh ijkl mnop") == ""
    assert GOOGLE.refusal("hunter2.x") == "It has 16 letters; this has 9 characters."
    assert GOOGLE.refusal("x") == "It has 16 letters; this has 1 character."
    assert GOOGLE.refusal("abcdefghijklmnop\nabc") != ""


@pytest.mark.parametrize(
    ("card", "good", "bad"),
    [
        ("gmail", "abcd efgh ijkl mnop", "abcdefghijklmno1"),
        ("google-workspace", "abcdefghijklmnop", "Password123"),
        ("icloud", "abcd-efgh-ijkl-mnop", "abcd-efgh-ijkl"),
        ("icloud", "abcdefghijklmnop", "Geheim-123"),
        ("yahoo", "abcd efgh ijkl mnop", "my yahoo password"),
        ("aol", "abcdefghijklmnop", "12345"),
        ("fastmail", "abcd 1234 efgh 5678", "short"),
        ("qq", "abcdefghijklmnop", "12345678"),
        ("naver", "ABCD1234EFGH", "abcd1234efgh"),
        ("yandex", "abcdefghijklmnop", "qwerty"),
        ("sendgrid", "SG.x.y", "apikey"),
        ("resend", "re_123", "123"),
        ("brevo", "xsmtpsib-1-2", "xkeysib-1-2"),
        ("ses", "B" * 44, "A" * 40),
    ],
)
def test_the_secrets_of_providers_have_their_shape(card: str, good: str, bad: str) -> None:
    shape = knowledge.providers()[card].secret
    assert shape
    assert shape.refusal(good) == ""
    assert shape.refusal(bad) != ""
    assert bad not in shape.refusal(bad)


def test_a_dated_fact_holds_between_its_days() -> None:
    fact = DatedFact("x", "2026-01-01", "2027-01-01")
    days = {date(2025, 12, 31): False, date(2026, 1, 1): True, date(2026, 12, 31): True, date(2027, 1, 1): False}
    assert {day: fact.holds(day) for day in days} == days
    assert DatedFact("x").holds(date(1999, 1, 1))


def test_loading_reads_no_card_and_no_toml() -> None:
    program = (
        "import sys; from mailwizard import knowledge; assert knowledge.by_domain('gmail.com');"
        "print(*[name for name in ('tomllib', 'mailwizard.knowledge.compiling') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
