"""Reading a card, what it proposes, and how a broken one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from mailwizard import knowledge
from mailwizard.knowledge import compiling
from mailwizard.knowledge.cards import CardError, fold, read_card
from mailwizard.knowledge.provider_card import DatedFact, Grade, ProviderCard, SentCopy
from mailwizard.knowledge.provider_head import read_provider
from mailwizard.model import Address, AuthKind, Endpoint, Protocol, Security, Trust

ALICE = Address("alice", "example.org", "example.org")

CARD = """+++
name = "Example"
kind = "business"
domains = ["example.org"]
mx = ["mx.example.net"]
imap = ["imap.example.net:993/tls"]
smtp = ["{domain}:465/tls", "smtp.example.net:587/starttls"]
username = "full"
smtp_username = "{local}@login.example.net"
auth = ["password"]
imap_auth = ["oauth2"]
hosted_imap = ["imap.hosted.example.net:993/tls"]
sent_copy = "auto"
from_rule = "Anything."
confidence = "high"
verified = 2026-11-21
sources = ["https://example.net/help"]

[cures]
wrong_password = ["look", "again"]

[[dated]]
since = 2026-01-01
until = 2027-01-01
text = "This year."
+++
About it,
on two lines.

## Look {#look}

A lead.

1. One
   step:

       a command  'as it stands'

   and after it.
2. Two.

## Again {#again who=admin}

1. Only step.
"""


def written(folder: Path, text: str) -> Path:
    """Write a card and return its path."""
    path = folder / "example.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def example(tmp_path: Path) -> ProviderCard:
    """Read the example card."""
    return read_provider(read_card(written(tmp_path, CARD)))


def test_a_card_is_read_as_it_is_written(example: ProviderCard) -> None:
    assert example.id == "example"
    assert example.about == "About it, on two lines."
    assert example.cures == (("wrong_password", "look"), ("wrong_password", "again"))
    assert example.sent_copy is SentCopy.AUTO
    assert example.verified == "2026-11-21"
    assert example.dated == (DatedFact("This year.", "2026-01-01", "2027-01-01"),)
    look, again = example.guides
    assert (look.id, look.title, look.who, look.lead) == ("example.look", "Look", "user", "A lead.")
    assert look.steps[0].text == "One step:\n\n    a command  'as it stands'\n\nand after it."
    assert [step.id for step in look.steps] == ["example.look.1", "example.look.2"]
    assert again.who == "admin"
    assert example.cure("wrong_password") is look


def test_candidates_carry_what_the_card_says(example: ProviderCard) -> None:
    sending, other, reading = example.candidates(ALICE)
    assert sending.endpoint == Endpoint(Protocol.SMTP, "example.org", 465, Security.TLS)
    assert sending.username == "alice@login.example.net"
    assert sending.auth == (AuthKind.PASSWORD,)
    assert other.endpoint.security is Security.STARTTLS
    assert other.preference > sending.preference
    assert (reading.username, reading.auth) == ("alice@example.org", (AuthKind.OAUTH2,))
    assert reading.trust is Trust.CURATED
    assert "2026-11-21" in reading.why


def test_customers_own_domains_may_have_other_servers(example: ProviderCard) -> None:
    (reading,) = example.candidates(Address("bob", "customer.example", "customer.example"))
    assert reading.endpoint.host == "imap.hosted.example.net"
    assert reading.username == ""


def test_low_confidence_is_believed_less(example: ProviderCard) -> None:
    first = replace(example, confidence=Grade.LOW).candidates(ALICE)[0]
    assert first.trust is Trust.PUBLISHED
    assert "few or old sources" in first.why


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "Example"\n', "", "lacks 'name'"),
        ('name = "Example"', "name = 3", "is a text"),
        ('name = "Example"', 'name = "Example"\nnickname = "x"', "nobody reads the key 'nickname'"),
        ('kind = "business"', 'kind = "bakery"', "bakery"),
        ('domains = ["example.org"]', 'domains = "example.org"', "list of texts"),
        ('imap.example.net:993/tls"', 'imap.example.net"', "HOST:PORT"),
        ('imap.example.net:993/tls"', 'imap.example.net:143/none"', "HOST:PORT"),
        ('imap.example.net:993/tls"', 'imap.example.net:99999/tls"', "1 to 65535"),
        ('imap.example.net:993/tls"', 'imap..example:993/tls"', "server name"),
        ('auth = ["password"]', 'auth = ["guess"]', "guess"),
        ('auth = ["password"]', "", "what sign-in"),
        ("verified = 2026-11-21", 'verified = "today"', "today"),
        ("## Again {#again who=admin}", "## Again", "has no {#slug}"),
        ("2. Two.", "3. Two.", "not numbered"),
        ("until = 2027-01-01", 'why = "x"', "nobody reads the key 'why'"),
        ("+++\nname", "name", "begins with a TOML head"),
        ('name = "Example"', "name = ", "no TOML"),
        ("[cures]", '[[caution]]\ncause = "x"\n[cures]', "text"),
        ("[cures]", '[secret]\nname = "x"\n[cures]', "pattern"),
    ],
)
def test_a_broken_card_is_refused_with_its_path(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in CARD
    path = written(tmp_path, CARD.replace(old, new, 1))
    with pytest.raises(CardError) as refused:
        compiling.read_folder(tmp_path, read_provider)
    assert str(refused.value).startswith(f"{path}: ")
    assert says in str(refused.value)


def test_a_card_in_another_encoding_is_refused_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "example.md"
    path.write_bytes(CARD.replace("About", "Über").encode("latin-1"))
    with pytest.raises(CardError, match="UTF-8") as refused:
        read_card(path)
    assert str(refused.value).startswith(f"{path}: ")


def test_compiling_fails_by_the_path_of_a_broken_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    providers = tmp_path / "providers"
    providers.mkdir()
    monkeypatch.setattr(compiling, "HERE", tmp_path)
    monkeypatch.setattr(compiling, "COMPILED", tmp_path / "compiled.json")
    path = written(providers, CARD)
    assert compiling.main(["--check"]) == 1
    assert compiling.main([]) == 0
    assert compiling.main(["--check"]) == 0
    path.write_text(CARD.replace("Example", "Another"), encoding="utf-8")
    assert compiling.main(["--check"]) == 1
    path.write_text("nothing", encoding="utf-8")
    assert compiling.main([]) == 2
    assert str(path) in capsys.readouterr().err


def test_compiling_refuses_a_domain_that_is_on_two_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    providers = tmp_path / "providers"
    providers.mkdir()
    monkeypatch.setattr(compiling, "HERE", tmp_path)
    written(providers, CARD).rename(providers / "other.md")
    path = written(providers, CARD)
    with pytest.raises(CardError, match=r"example\.org is on the card example too") as refused:
        compiling.compiled()
    assert str(refused.value).startswith(str(path.with_name("other.md")))


def test_one_line_a_card() -> None:
    begun = [line.partition(":")[0] for line in compiling.COMPILED.read_text(encoding="utf-8").splitlines()]
    kinds = (knowledge.providers(), knowledge.problems(), knowledge.issuers())
    for name in {name for cards in kinds for name in cards}:
        assert begun.count(f'"{name}"') == sum(name in cards for cards in kinds)


def test_paragraphs_are_joined_and_commands_are_not() -> None:
    assert fold("one\ntwo\n\n       cmd  1\n       cmd 2\n\nthree") == "one two\n\n    cmd  1\n    cmd 2\n\nthree"
    assert fold("") == ""
