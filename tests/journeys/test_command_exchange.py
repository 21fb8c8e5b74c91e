"""Exchange Web Services by command: by hand, found, saved, and with the tokens of a person and of a program."""

from __future__ import annotations

import pytest
from tests.journeys.commands import Run
from tests.journeys.shared_world import let_in, opened

from mailwizard.cli.answers import CheckAnswer
from mailwizard.model import Account, Address, Endpoint, Protocol, Server
from mailwizard.sandbox.exchange import DISABLED
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import profiles

OWN = "https://mail.practice.example/EWS/Exchange.asmx"
OFFICE = "https://outlook.office365.com/EWS/Exchange.asmx"
BY_HAND = ("--ews", OWN, "--username", "practice.example\\alice", "--from", PRACTICE_ADDRESS)
PRACTICE = ("--practice", "exchange-own-server")
VAULT = ("--store", "vault")
KEPT = f"vault:{CONTOSO_ADDRESS}/sign-in"


pytestmark = pytest.mark.usefixtures("at_hand")


def delivered(answer: CheckAnswer) -> bool:
    """Return whether a message went round and was removed with its copy."""
    arrived = [seen for seen in answer.evidence if ("wait", "message") in seen.facts and seen.outcome == "ok"]
    removed = [seen for seen in answer.evidence if ("removed", "2") in seen.facts]
    return bool(arrived and removed)


@pytest.mark.parametrize(
    "named", [BY_HAND, ("--address", PRACTICE_ADDRESS), ("--address", PRACTICE_ADDRESS, "--mechanism", "basic")]
)
def test_a_companys_server_delivers_by_hand_and_where_it_was_found(run: Run, named: tuple[str, ...]) -> None:
    said = run("check", *named, "--until", "delivery", *PRACTICE, "--json", secret=PASSWORD)
    assert said.code == 0, said.out + said.err
    answer = said.read(CheckAnswer)
    assert {seen.subject for seen in answer.evidence} == {"ews://mail.practice.example:443/EWS/Exchange.asmx"}
    assert delivered(answer) and not said.holds(PASSWORD)


def test_a_saved_account_is_checked_at_every_depth(run: Run) -> None:
    server = Server("company", Endpoint.parse(Protocol.EWS, OWN), None)
    account = Account("alice", Address.parse(PRACTICE_ADDRESS), "company", "PRACTICE\\alice")
    profiles.save(account, server, replace=True)
    for until in ("reach", "sign-in", "sender", "delivery"):
        said = run("check", "alice", "--until", until, *PRACTICE, secret=PASSWORD)
        assert said.code == 0, said.out + said.err
        assert not said.holds(PASSWORD)


def test_a_wrong_address_is_named_and_the_right_one_tried_without_a_secret(run: Run) -> None:
    wrong = ("--ews", "https://mail.practice.example/owa", *BY_HAND[2:])
    said = run("check", *wrong, *PRACTICE, "--json", secret=PASSWORD)
    answer = said.read(CheckAnswer)
    assert said.code == 13
    assert [found.cause for found in answer.diagnoses] == ["ews_endpoint_wrong"]
    assert OWN in said.out


def test_a_wrong_password_is_one_login(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened("exchange-own-server") as shared:
        let_in(monkeypatch, shared)
        said = run("check", *BY_HAND, "--until", "delivery", *PRACTICE, "--json", secret="wrong-horse")
        assert said.code == 14
        assert said.read(CheckAnswer).diagnoses[0].cause == "wrong_password"
        assert not said.holds("wrong-horse")
        assert sum(shared.world.logins.values()) == 1


def test_what_is_lacking_is_said_before_anybody_is_asked_for_a_secret(run: Run) -> None:
    said = run("check", "--ews", OWN, "--username", "PRACTICE\\alice", "--until", "delivery", *PRACTICE)
    assert said.code == 2 and "--from ADDRESS" in said.err and "--smtp" not in said.err
    said = run("check", *BY_HAND, "--smtp", "mail.practice.example", *PRACTICE)
    assert said.code == 2 and "by itself" in said.err
    said = run("check", *BY_HAND, "--mechanism", "KERBEROS", *PRACTICE)
    assert said.code == 2 and "BASIC" in said.err


def test_a_program_by_itself_acts_for_the_mailbox(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = ("--practice", "exchange-impersonation-denied")
    with opened("exchange-impersonation-denied") as shared:
        let_in(monkeypatch, shared)
        run("sign-in", CONTOSO_ADDRESS, "--ews", OFFICE, "--app-only", *practice, *VAULT)
        deep = ("--ews", OFFICE, "--from", CONTOSO_ADDRESS, "--secret", KEPT, "--until", "delivery")
        said = run("check", *deep, *practice, "--json")
        assert said.read(CheckAnswer).diagnoses[0].cause == "ews_impersonation_denied"
        shared.do(shared.world.switches[0].flip())
        said = run("check", *deep, *practice, "--json")
        assert said.code == 0, said.out + said.err
        assert delivered(said.read(CheckAnswer)) and not shared.seen_in(said.out + said.err)


def test_a_persons_token_meets_the_end_of_web_services_and_is_told_so(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = ("--practice", "exchange-online-ews-blocked")
    with opened("exchange-online-ews-blocked") as shared:
        let_in(monkeypatch, shared)
        refused = run("sign-in", CONTOSO_ADDRESS, "--ews", OFFICE, *practice, *VAULT)
        assert refused.code == 14 and "switched off" in refused.out, refused.out + refused.err
        shared.do(shared.world.switches[0].flip())
        assert run("sign-in", CONTOSO_ADDRESS, "--ews", OFFICE, *practice, *VAULT).code == 0
        exchange = shared.world.exchanges["outlook.office365.com"]
        exchange.blocked = DISABLED
        deep = ("--ews", OFFICE, "--from", CONTOSO_ADDRESS, "--secret", KEPT, "--until", "delivery")
        said = run("check", *deep, *practice, "--json")
        assert said.read(CheckAnswer).diagnoses[0].cause == "ews_blocked"
        exchange.blocked = ""
        said = run("check", *deep, *practice, "--json")
        assert said.code == 0, said.out + said.err
        assert delivered(said.read(CheckAnswer)) and not shared.seen_in(said.out + said.err)
