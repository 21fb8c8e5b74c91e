"""Microsoft Graph by command: a sign-in for it, and a delivery with its token, in the practice world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.commands import Run
from tests.journeys.shared_world import Shared, let_in, opened
from tests.unit.graphs import token

from mailwizard.cli.answers import CheckAnswer
from mailwizard.cli.sign_in_answers import SignInAnswer
from mailwizard.model import Account, Address, AuthKind, Endpoint, Protocol, Server, State
from mailwizard.sandbox.internet import CONTOSO_ADDRESS
from mailwizard.storage import profiles

GRAPH = ("--practice", "microsoft-graph")
VAULT = ("--store", "vault")
KEPT = f"vault:{CONTOSO_ADDRESS}/sign-in"
OUTLOOK = ("--imap", "outlook.office365.com:993/tls")


pytestmark = pytest.mark.usefixtures("at_hand")


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    with opened("microsoft-graph") as shared:
        let_in(monkeypatch, shared)
        yield shared


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    with opened("graph-send-not-allowed") as shared:
        let_in(monkeypatch, shared)
        yield shared


def graph_account() -> None:
    """Save an account whose one server is Microsoft Graph."""
    endpoint = Endpoint.parse(Protocol.GRAPH, "https://graph.microsoft.com")
    server = Server("adele", endpoint, None, incoming_auth=AuthKind.OAUTH2, provider="microsoft365")
    account = Account("adele", Address.parse(CONTOSO_ADDRESS), "adele", CONTOSO_ADDRESS)
    profiles.save(account, server, replace=True)


def test_a_sign_in_for_graph_asks_for_its_rights_is_proven_there_and_delivers(run: Run, graph: Shared) -> None:
    said = run("sign-in", CONTOSO_ADDRESS, "--graph", *GRAPH, *VAULT, "--json")
    answer = said.read(SignInAnswer)
    assert (said.code, answer.ok, answer.issuer, answer.reference) == (0, True, "microsoft", KEPT), said.err
    assert answer.scopes == ("https://graph.microsoft.com/Mail.ReadWrite", "https://graph.microsoft.com/Mail.Send")
    taken = {seen.subject for seen in answer.evidence if seen.step == "sign-in" and seen.outcome == "ok"}
    assert taken == {"graph://graph.microsoft.com:443/v1.0"}
    deep = ("--graph", "--from", CONTOSO_ADDRESS, "--secret", KEPT, "--until", "delivery")
    checked = run("check", *deep, *GRAPH, "--json")
    assert checked.code == 0, checked.out
    arrived = [seen for seen in checked.read(CheckAnswer).evidence if ("wait", "message") in seen.facts]
    assert [seen.outcome for seen in arrived] == ["ok"]
    assert not graph.seen_in(said.out + said.err + checked.out + checked.err)
    assert {request.host for request in graph.world.web.requests if request.header("authorization")} == {
        "graph.microsoft.com"
    }


def test_a_saved_account_at_graph_is_signed_in_checked_and_shown_in_words(run: Run, graph: Shared, home: Path) -> None:
    graph_account()
    said = run("sign-in", "adele", *GRAPH, *VAULT)
    assert said.code == 0, said.out + said.err
    assert profiles.load("adele").account.state is State.VERIFIED
    checked = run("check", "adele", "--until", "delivery", *GRAPH, "--transcript")
    assert checked.code == 0, checked.out
    assert "INBOX" in checked.out and "sendMail" in checked.err
    assert not graph.seen_in(said.out + said.err + checked.out + checked.err)
    assert not graph.seen_below(home)


def test_a_program_by_itself_delivers_through_graph(run: Run, graph: Shared) -> None:
    said = run("sign-in", CONTOSO_ADDRESS, "--graph", "--app-only", *GRAPH, *VAULT)
    assert said.code == 0, said.out + said.err
    deep = ("--graph", "--from", CONTOSO_ADDRESS, "--secret", KEPT, "--until", "delivery")
    assert run("check", *deep, *GRAPH).code == 0


def test_a_refusal_to_send_names_its_cause_and_passes_once_it_is_allowed(run: Run, blocked: Shared) -> None:
    practice = ("--practice", "graph-send-not-allowed")
    assert run("sign-in", CONTOSO_ADDRESS, "--graph", *practice, *VAULT).code == 0
    deep = ("--graph", "--from", CONTOSO_ADDRESS, "--secret", KEPT, "--until", "delivery")
    said = run("check", *deep, *practice, "--json")
    answer = said.read(CheckAnswer)
    assert said.code == 16
    assert [found.cause for found in answer.diagnoses] == ["ews_app_policy_blocked"]
    blocked.do(blocked.world.switches[0].flip())
    assert run("check", *deep, *practice).code == 0


def test_without_a_sign_in_graph_is_reached_and_told_what_opens_it(run: Run, graph: Shared) -> None:
    said = run("check", "--graph", "--from", CONTOSO_ADDRESS, *GRAPH)
    assert said.code == 14
    assert "mailwizard sign-in" in said.out
    assert dict(graph.world.logins) == {}


def test_a_token_that_is_handed_over_as_it_is_opens_a_graph_that_was_typed(
    run: Run, graph: Shared, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    value = token(graph.world)
    handed = tmp_path / "token"
    handed.write_text(f"{value}\n")
    with handed.open(encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        said = run("check", "--graph", "--from", CONTOSO_ADDRESS, "--password-stdin", *GRAPH)
    assert said.code == 0, said.out + said.err
    assert value not in said.out + said.err


@pytest.mark.parametrize(
    "where", ["https://elsewhere.example/v1.0", "https://graph.microsoft.us", "graph.microsoft.com:8443"]
)
def test_no_token_of_an_issuer_goes_to_another_graph_though_it_was_typed(run: Run, graph: Shared, where: str) -> None:
    assert run("sign-in", CONTOSO_ADDRESS, "--graph", *GRAPH, *VAULT).code == 0
    before = len(graph.world.web.requests)
    said = run("check", "--graph", where, "--from", CONTOSO_ADDRESS, "--secret", KEPT, *GRAPH)
    assert said.code == 2 and "its Graph is at https://graph.microsoft.com" in said.err
    said = run("sign-in", CONTOSO_ADDRESS, "--graph", where, "--issuer", "microsoft", *GRAPH)
    assert said.code == 2
    assert len(graph.world.web.requests) == before


def test_a_token_for_graph_and_one_for_mail_servers_are_not_mistaken_for_each_other(run: Run, graph: Shared) -> None:
    assert run("sign-in", CONTOSO_ADDRESS, "--graph", *GRAPH, *VAULT).code == 0
    said = run("check", *OUTLOOK, "--username", CONTOSO_ADDRESS, "--secret", KEPT, *GRAPH)
    assert said.code == 2 and "is for Microsoft Graph" in said.err
    assert run("sign-in", CONTOSO_ADDRESS, *OUTLOOK, "--issuer", "microsoft", *GRAPH, *VAULT).code == 0
    said = run("check", "--graph", "--from", CONTOSO_ADDRESS, "--secret", KEPT, *GRAPH)
    assert said.code == 2 and f"mailwizard sign-in {CONTOSO_ADDRESS} --graph" in said.err


def test_a_web_service_stands_alone_and_an_issuer_without_a_graph_is_named(run: Run) -> None:
    said = run("check", "--graph", *OUTLOOK, "--username", CONTOSO_ADDRESS)
    assert said.code == 2 and "receives and sends by itself" in said.err
    said = run("sign-in", CONTOSO_ADDRESS, "--graph", "--issuer", "google")
    assert said.code == 2 and "no Microsoft Graph" in said.err
    said = run("check", "--graph", "http://graph.microsoft.com")
    assert said.code == 2 and "https://" in said.err
