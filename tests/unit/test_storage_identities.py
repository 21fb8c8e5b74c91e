"""An account's other addresses, what proved it, and a server's further words in their files."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from mailwizard.model import Account, Address, Endpoint, Failure, Identity, Protocol, Security, Server
from mailwizard.storage import profiles

ALICE = Address.parse("alice@example.com")
SERVER = Server("work", outgoing=Endpoint(Protocol.SMTP, "smtp.example.com", 587, Security.STARTTLS))
ACCOUNT = Account("work", ALICE, "work", "alice")
SALES, HELP = (Address.parse(f"{name}@example.com") for name in ("sales", "help"))
WRITTEN = """# mine
address = "alice@example.com"
server = "work"
username = "alice"
pet = "cat"  # a key of mine

[[identities]]
address = "sales@example.com"  # the shop
display_name = "Shop"
colour = "red"

[[identities]]
address = "help@example.com"

[mine]
key = 1
"""


@pytest.fixture
def written(home: Path) -> Path:
    """Return an account's file that a person wrote, with a server beside it."""
    profiles.save(ACCOUNT, SERVER)
    path = home / ".config/mailwizard/accounts/work.toml"
    path.write_text(WRITTEN)
    return path


def save(**changes: object) -> None:
    saved = profiles.load("work")
    profiles.save(replace(saved.account, **changes), saved.server)  # type: ignore[arg-type]


def test_tables_of_other_addresses_are_read(written: Path) -> None:
    assert profiles.load("work").account.identities == (Identity(SALES, "Shop"), Identity(HELP))


def test_saving_what_was_read_changes_no_byte(written: Path) -> None:
    save()
    assert written.read_text() == WRITTEN


def test_an_address_that_stays_keeps_the_keys_and_comments_beside_it(written: Path) -> None:
    save(identities=(Identity(SALES, "Sales", ALICE), Identity(HELP)))
    text = written.read_text()
    tree = tomllib.loads(text)
    assert tree["identities"][0] == {
        "address": "sales@example.com",
        "display_name": "Sales",
        "colour": "red",
        "reply_to": "alice@example.com",
    }
    assert "# the shop" in text and "# a key of mine" in text and tree["mine"] == {"key": 1}


@pytest.mark.parametrize(
    "identities", [(), (Identity(HELP), Identity(SALES, "Shop")), (Identity(ALICE, "Me"), Identity(SALES, "Shop"))]
)
def test_addresses_can_go_come_and_change_places(written: Path, identities: tuple[Identity, ...]) -> None:
    save(identities=identities, verified_by=("imap://imap.example.com:993/tls sign-in PLAIN",))
    saved = profiles.load("work").account
    assert (saved.identities, saved.verified_by) == (
        identities,
        ("imap://imap.example.com:993/tls sign-in PLAIN",),
    )
    assert tomllib.loads(written.read_text())["mine"] == {"key": 1}


def test_addresses_in_one_line_stay_in_one_line(written: Path) -> None:
    written.write_text(
        'address = "alice@example.com"\nserver = "work"\nidentities = [{address = "sales@example.com"}]\nzoo = 1\n'
    )
    save(identities=(Identity(SALES, "Shop"), Identity(HELP)))
    assert profiles.load("work").account.identities == (Identity(SALES, "Shop"), Identity(HELP))
    assert "[[identities]]" not in written.read_text() and "zoo = 1" in written.read_text()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('identities = "sales@example.com"', "identities is a list"),
        ('identities = ["sales@example.com"]', "tables, each under a line [[identities]]"),
        ('identities = [{display_name = "Shop"}]', "address of one of them"),
        ('identities = [{address = "nobody"}]', "address of one of them"),
        ("verified_by = [{a = 'b'}]", "list of texts"),
        ("verified_by = [1]", "verified_by is a list"),
        ('reply_to = "nobody"', "reply_to"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_file(written: Path, line: str, sentence: str) -> None:
    written.write_text(f'address = "alice@example.com"\nserver = "work"\n{line}\n')
    with pytest.raises(Failure) as caught:
        profiles.load("work")
    assert caught.value.code == "store.damaged"
    assert sentence in caught.value.detail and str(written) in caught.value.detail


def test_a_server_keeps_its_mechanism_domain_sender_and_description(home: Path) -> None:
    server = replace(
        SERVER, mechanism="NTLM", domain="ACME", mail_from="noreply@example.com", description="The relay in the cellar"
    )
    profiles.save(ACCOUNT, server)
    assert profiles.load("work").server == server
