"""Addresses and names that do not fit the account that writes as them."""

from __future__ import annotations

import pytest

from mailwizard.model import Account, Address, Identity, Server
from mailwizard.operations.identities import doubts, identities_of

ALICE = Address.parse("alice.miller@example.com")
ACCOUNT = Account("work", ALICE, "work", "alice.miller@example.com", display_name="Alice Miller")


def of(address: str, name: str = "", reply_to: str = "", provider: str = "", account: Account = ACCOUNT) -> str:
    identity = Identity(Address.parse(address), name, Address.parse(reply_to) if reply_to else None)
    return " ".join(doubts(account, Server("work", provider=provider), identity))


def test_an_account_writes_as_its_own_address_first() -> None:
    first, *rest = identities_of(ACCOUNT)
    assert (first, rest) == (Identity(ALICE, "Alice Miller"), [])
    assert doubts(ACCOUNT, Server("work"), first) == ()


def test_an_address_of_another_domain_is_doubted_with_what_would_help_and_how_to_find_out() -> None:
    said = of("alice@elsewhere.test")
    assert "another domain" in said and "spam" in said and "elsewhere.test names this server in its DNS" in said
    assert "mailwizard check work --until sender --from alice@elsewhere.test" in said


def test_another_address_of_the_domain_is_an_alias_or_allowed() -> None:
    assert "only where it is an alias" in of("sales@example.com")


def test_the_provider_s_own_rule_is_told() -> None:
    assert "Gmail says:" in of("sales@example.com", provider="gmail")
    assert "says:" not in of(str(ALICE), provider="gmail")


def test_the_login_counts_where_it_is_another_address_than_the_account_s() -> None:
    account = Account("work", Address.parse("alias@example.com"), "work", "alice.miller@example.com")
    assert of("alice.miller@example.com", account=account) == ""
    assert of("alias@example.com", account=account) == ""


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Alice Miller",
        "Miller, Alice",
        "Dr. Alice M.",
        "ALICE",
        "Alícia",
        "アリス",
        "A. Miller (Example)",
        "Alice at example.com",
    ],
)
def test_names_that_fit_are_not_doubted(name: str) -> None:
    assert of(str(ALICE), name) == ""


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("am@example.com", "Alice Miller"),
        ("info@example.com", "Bob's Bakery"),
        ("noreply@example.com", "The Team"),
        ("no-reply+7@example.com", "The Team"),
        ("4711@example.com", "Bob Smith"),
        ("joerg@example.com", "Jörg Groß"),
    ],
)
def test_offices_initials_and_numbers_fit_any_name(address: str, name: str) -> None:
    account = Account("work", Address.parse(address), "work", address)
    assert of(address, name, account=account) == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Bob Smith", "nothing in common"),
        ("PayPal.com Support", "paypal.com"),
        ("boss@bank.test", "another mail address"),
    ],
)
def test_names_of_somebody_else_are_doubted(name: str, said: str) -> None:
    assert said.lower() in of(str(ALICE), name).lower()


def test_answers_to_another_domain_are_doubted() -> None:
    assert "elsewhere.test" in of(str(ALICE), "", "alice@elsewhere.test")
    assert of(str(ALICE), "", "sales@example.com") == ""


def test_nothing_that_a_terminal_would_obey_is_repeated() -> None:
    assert "\x1b" not in of(str(ALICE), "Bob \x1b[2J Smith")
