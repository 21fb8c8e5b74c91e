"""The domain and the user name of an Exchange sign-in: each form that people type is taken or named."""

from __future__ import annotations

import pytest

from mailwizard.checks.exchange.names import login, read_domain


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("company.com", "company.com"),
        (" Company.COM. ", "company.com"),
        ("@company.com", "company.com"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("ad.corp.local", "ad.corp.local"),
    ],
)
def test_a_full_domain_is_taken_however_it_is_written(typed: str, domain: str) -> None:
    assert read_domain(typed) == domain


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", "Type the domain"),
        ("COMPANY", r"short (NetBIOS) name of a domain; type the full one, for example company.com, or leave it empty"),
        ("user@company.com", "This is a mail address; the domain is the part after the @: company.com."),
        ("us er@@x", "This is a mail address"),
        ("https://mail.company.com/EWS/Exchange.asmx", "This is a web address"),
        ("company.com\\user", "type company.com here, without the \\"),
        ("\\user", "The user name has a field of its own"),
        ("company.com/EWS", "a path"),
        ("company.com:443", "a port"),
        ("192.0.2.7", "IP address"),
        ("comp any.com", "letters, digits, dots and hyphens"),
    ],
)
def test_any_other_form_is_named_in_one_sentence(typed: str, names: str) -> None:
    with pytest.raises(ValueError) as wrong:
        read_domain(typed)
    said = str(wrong.value)
    assert names in said
    assert said.endswith(".")
    assert ". " not in said


@pytest.mark.parametrize(
    ("domain", "user", "name"),
    [
        ("company.com", "jane", "company.com\\jane"),
        ("Company.com", " jane ", "company.com\\jane"),
        ("company.com", "Company.com\\jane", "company.com\\jane"),
        ("company.com", "jane@corp.example", "jane@corp.example"),
        ("", "COMPANY\\jane", "COMPANY\\jane"),
        ("", "jane", "jane"),
        ("", "jane@company.com", "jane@company.com"),
    ],
)
def test_both_fields_make_one_name_to_sign_in_with(domain: str, user: str, name: str) -> None:
    assert login(domain, user) == name


@pytest.mark.parametrize(
    ("domain", "user", "names"),
    [
        ("company.com", "COMPANY\\jane", "The user name names a domain of its own, COMPANY: write jane alone"),
        ("company.com", "", "Type the user name"),
        ("", "COMPANY\\", "begins or ends with a \\"),
        ("company.com", "\\jane", "begins or ends with a \\"),
        ("company.com", "https://mail.company.com", "This is a web address"),
        ("COMPANY", "jane", "short (NetBIOS) name"),
    ],
)
def test_two_fields_that_say_different_things_are_named(domain: str, user: str, names: str) -> None:
    with pytest.raises(ValueError) as wrong:
        login(domain, user)
    assert names in str(wrong.value)
