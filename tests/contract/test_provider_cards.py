"""What every provider card must hold."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from tests.contract import step_ids

from mailwizard import knowledge
from mailwizard.knowledge import compiling
from mailwizard.knowledge.cards import CardError, read_card
from mailwizard.knowledge.provider_card import Grade, ProviderCard, ProviderKind
from mailwizard.knowledge.provider_head import read_provider
from mailwizard.model import Address, AuthKind, Candidate, Protocol, Security, Trust, read_host

FOLDER = compiling.HERE / "providers"
PATHS = sorted(FOLDER.glob("*.md"))
NO_MAILBOX = {ProviderKind.GATEWAY, ProviderKind.FORWARDER, ProviderKind.GENERAL}
SOMEBODY = Address("al.ice", "example.org", "example.org")


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def card(request: pytest.FixtureRequest) -> ProviderCard:
    """Read one card after the other from its file; a broken one fails with its path."""
    path: Path = request.param
    try:
        return read_provider(read_card(path))
    except CardError as wrong:
        pytest.fail(f"{path}: {wrong}", pytrace=False)


def words(card: ProviderCard) -> list[str]:
    """Return every text of a card that a person may see."""
    texts = [card.name, card.about, card.from_rule, *(caution.text for caution in card.cautions)]
    texts += [fact.text for fact in card.dated] + ([card.secret.sentence] if card.secret else [])
    for guide in card.guides:
        texts += [guide.title, guide.lead, *(step.text for step in guide.steps)]
    return texts


def test_there_are_cards() -> None:
    assert len(PATHS) >= 177


def test_the_compiled_cards_are_fresh() -> None:
    assert compiling.main(["--check"]) == 0, "the cards have changed: run `make cards`"


def test_it_says_since_when_and_from_where(card: ProviderCard) -> None:
    assert date.fromisoformat(card.verified) >= date(2026, 1, 1)
    assert card.sources
    assert card.name == card.name.strip() != ""
    assert len(card.sources) == len(set(card.sources))


def test_its_names_are_names_of_hosts(card: ProviderCard) -> None:
    for name in (*card.domains, *card.mx):
        assert read_host(name) == name
        assert "." in name


def test_its_servers_are_encrypted_and_say_what_sign_in_they_take(card: ProviderCard) -> None:
    for fact in (*card.servers, *card.hosted):
        assert fact.security is not Security.NONE
        assert fact.auth
        assert not set(re.findall(r"\{[^}]*\}?", fact.username + fact.host)) - {"{address}", "{local}", "{domain}"}
        assert read_host(fact.endpoint(SOMEBODY).host) == fact.endpoint(SOMEBODY).host
    if any(fact.protocol.incoming for fact in card.servers):
        assert any(fact.protocol is Protocol.SMTP for fact in card.servers)


def test_no_server_is_listed_twice(card: ProviderCard) -> None:
    for servers in (card.servers, card.hosted):
        places = [fact.endpoint(SOMEBODY) for fact in servers]
        assert len(places) == len(set(places))


def test_a_mailbox_without_servers_says_why(card: ProviderCard) -> None:
    if not card.servers and card.kind not in NO_MAILBOX:
        assert card.cautions
    if card.kind in NO_MAILBOX:
        assert not card.servers
        assert not card.domains


def test_its_guides_have_steps_and_somebody_to_follow_them(card: ProviderCard) -> None:
    slugs = [guide.id.removeprefix(f"{card.id}.") for guide in card.guides]
    assert len(slugs) == len(set(slugs))
    if card.kind is not ProviderKind.GATEWAY:
        assert card.guides
    for guide in card.guides:
        assert re.fullmatch(rf"{card.id}\.[a-z][a-z0-9-]*", guide.id)
        assert guide.title
        assert guide.who in {"user", "admin"}
        assert guide.steps
        assert [step.id for step in guide.steps] == [f"{guide.id}.{n}" for n in range(1, len(guide.steps) + 1)]
        assert all(step.text.strip() for step in guide.steps)


def test_its_cautions_and_cures_name_guides_that_exist(card: ProviderCard) -> None:
    for caution in card.cautions:
        assert caution.text.endswith((".", "?"))
        assert not caution.guide or card.guide(caution.guide)
    for cause, slug in card.cures:
        assert card.guide(slug), f"{cause} is cured by {slug}, which is not there"
    assert len(card.cures) == len(set(card.cures))


def test_every_guide_is_reached_from_a_cause_or_from_another_text(card: ProviderCard) -> None:
    named = {slug for _, slug in card.cures} | {caution.guide for caution in card.cautions}
    texts = " ".join(text for other in knowledge.providers().values() for text in words(other))
    for guide in card.guides:
        assert guide.id.removeprefix(f"{card.id}.") in named or guide.id in texts, f"nobody leads to {guide.id}"


def test_what_must_be_switched_on_has_a_place(card: ProviderCard) -> None:
    for caution in card.cautions:
        guide = card.guide(caution.guide) if caution.guide else None
        if guide and card.kind is not ProviderKind.GENERAL:
            text = "\n".join(step.text for step in guide.steps)
            assert "https://" in text or "\n    " in text, f"{guide.id} says nowhere where"


def test_its_causes_are_in_the_vocabulary(card: ProviderCard, reference: Path) -> None:
    with (reference / "causes.csv").open(encoding="utf-8", newline="") as file:
        known = {row["cause"] for row in csv.DictReader(file)} | set(knowledge.problems())
    named = {cause for cause, _ in card.cures} | {caution.cause for caution in card.cautions}
    assert not named - known


def test_its_texts_hold_only_places_that_are_filled_in(card: ProviderCard) -> None:
    for text in words(card):
        assert not set(re.findall(r"\{[^}]*\}?", text)) - {"{address}", "{local}", "{domain}", "{count}"}
    for guide in card.guides:
        filled = guide.fill(SOMEBODY)
        assert "{" not in filled.title + filled.lead + "".join(step.text for step in filled.steps)


def test_an_address_in_a_command_stands_between_single_quotes(card: ProviderCard) -> None:
    for guide in card.guides:
        for line in "\n".join(step.text for step in guide.steps).splitlines():
            if line.startswith("    ") and "mailwizard" not in line:
                assert "{" not in re.sub(r"'\{(address|local|domain)\}'", "", line), line


def test_links_are_https_and_end_where_they_should(card: ProviderCard) -> None:
    for link in re.findall(r"\w+://\S+", " ".join(words(card))):
        assert link.startswith("https://") or "://127.0.0.1" in link
        assert not link.endswith((".", ":")), f"a stop right behind {link} becomes part of it"


def test_other_guides_that_it_names_exist(card: ProviderCard) -> None:
    for text in words(card):
        for name in re.findall(r"guides? ([a-z0-9-]+\.[a-z][a-z0-9-]+)", text):
            assert knowledge.guide(name), f"{name} is not there"


def test_its_secret_can_be_told_from_others(card: ProviderCard) -> None:
    if card.secret:
        re.compile(card.secret.pattern)
        assert card.secret.refusal("hunter2 hunter2 hunter2!") or card.id == "brevo"
        assert set(re.findall(r"\{[^}]*\}?", card.secret.sentence)) <= {"{count}"}


def test_an_app_password_has_a_guide(card: ProviderCard) -> None:
    incoming = [fact for fact in card.servers if fact.protocol.incoming]
    if incoming and incoming[0].auth[0] is AuthKind.APP_PASSWORD:
        assert card.cure("app_password_required")
        assert any(caution.cause == "app_password_required" for caution in card.cautions)


def test_dated_facts_have_a_day_and_an_order(card: ProviderCard) -> None:
    for fact in card.dated:
        assert fact.since or fact.until
        assert not (fact.since and fact.until) or fact.since < fact.until


def test_low_confidence_ranks_lower(card: ProviderCard) -> None:
    for candidate in card.candidates(SOMEBODY):
        assert candidate.trust is (Trust.PUBLISHED if card.confidence is Grade.LOW else Trust.CURATED)
        assert candidate.provider == card.id


def test_no_domain_and_no_exchanger_is_on_two_cards() -> None:
    cards = knowledge.providers().values()
    for names in ([d for card in cards for d in card.domains], [suffix for card in cards for suffix in card.mx]):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_no_two_cards_say_the_same() -> None:
    bodies: dict[str, str] = {}
    for path in PATHS:
        body = " ".join(path.read_text(encoding="utf-8").split("+++\n", 2)[2].split())
        assert bodies.setdefault(body, path.name) == path.name, f"{path.name} says what {bodies[body]} says"
        assert len(body) > 30, f"{path.name} says nothing"


def test_no_two_guides_have_the_same_steps() -> None:
    seen: dict[str, str] = {}
    for guide in knowledge.guides():
        text = "\n".join(step.text for step in guide.steps)
        assert seen.setdefault(text, guide.id) == guide.id, f"{guide.id} copies {seen[text]}"


def test_step_ids_are_unique_and_stay() -> None:
    ids = step_ids.current()
    assert len(ids) == len(set(ids))
    assert sorted(set(step_ids.booked()) - set(ids)) == [], "a step's id has vanished: people may have noted it"
    new = sorted(set(ids) - set(step_ids.booked()))
    assert new == [], "new steps: run `python -m tests.contract.step_ids` and commit step_ids.txt"


def read_server(text: str) -> tuple[str, int, str]:
    """Read ``host:port/SSL`` of the reference data."""
    host, port, word = re.fullmatch(r"(.+):(\d+)/(\w+)", text).groups()  # type: ignore[union-attr]
    return host, int(port), {"SSL": "tls", "STARTTLS": "starttls"}[word]


def place(candidate: Candidate) -> tuple[str, int, str]:
    """Return a candidate in the same form."""
    return candidate.endpoint.host, candidate.endpoint.port, str(candidate.endpoint.security)


def test_the_most_used_domains_come_out_right(reference: Path) -> None:
    with (reference / "top_domains.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        card = knowledge.by_domain(row["domain"])
        assert card, row["domain"]
        found = card.candidates(Address("alice", row["domain"], row["domain"]))
        first = {p: next(c for c in found if c.endpoint.protocol is p) for p in (Protocol.IMAP, Protocol.SMTP)}
        assert place(first[Protocol.IMAP]) == read_server(row["best_imap"]), row["domain"]
        assert place(first[Protocol.SMTP]) == read_server(row["best_smtp"]), row["domain"]
        says, auth = row["auth_today"], first[Protocol.IMAP].auth
        if "oauth2 only" in says:
            assert auth == (AuthKind.OAUTH2,), row["domain"]
        if "oauth2 or" in says or "or oauth2" in says:
            assert AuthKind.OAUTH2 in auth, row["domain"]
        if re.search("app password|authorization code|separate", says):
            assert AuthKind.APP_PASSWORD in auth, row["domain"]
        if says.startswith("password"):
            assert AuthKind.PASSWORD in auth, row["domain"]


OTHERWISE = {
    "l.google.com": "aspmx.l.google.com stands for a customer's domain, gmail-smtp-in.l.google.com for Gmail",
    "psmtp.com": "Postini served customers' domains only",
    "mail.outlook.com": "gone since 2013",
    "relay.verizon.net": "its own card names AOL's servers",
}


def test_mail_exchangers_lead_to_their_provider(reference: Path) -> None:
    with (reference / "mx_patterns.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["id"] and row["mx_pattern"] not in OTHERWISE]
    assert rows
    for row in rows:
        host = row["mx_pattern"] if row["match"] == "exact" else f"mx1.{row['mx_pattern']}"
        card = knowledge.by_mx(host)
        assert card and card.id == row["id"], host


def test_filters_and_forwarders_are_known_as_such(reference: Path) -> None:
    with (reference / "mx_patterns.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["klass"] in {"gateway", "forwarder"}]
    for row in rows:
        card = knowledge.by_mx(f"mx1.{row['mx_pattern']}")
        if card:
            assert card.kind == row["klass"] or card.id == "forwardemail", row["mx_pattern"]
    assert sum(knowledge.by_mx(f"mx1.{row['mx_pattern']}") is not None for row in rows) >= 35
