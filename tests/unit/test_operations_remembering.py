"""Which checks say something about an account."""

from __future__ import annotations

import pytest

from mailwizard.diagnosis import diagnose
from mailwizard.model import (
    Account,
    Address,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Server,
    State,
    Step,
    Until,
)
from mailwizard.operations.remembering import remember
from mailwizard.storage import profiles

SMTP = Endpoint(Protocol.SMTP, "smtp.example.com", 465, Security.TLS)


@pytest.fixture(autouse=True)
def saved() -> None:
    """Save an account that sends."""
    account = Account(
        "work", Address.parse("alice@example.com"), "work", "alice", state=State.VERIFIED, verified_at="x"
    )
    profiles.save(account, Server("work", None, SMTP))


def failed(code: str, step: Step) -> tuple[Evidence, ...]:
    return (Evidence(str(SMTP), step, Outcome.FAIL, code),)


def test_a_refused_password_breaks_the_account_with_its_cause() -> None:
    evidence = (Evidence(str(SMTP), Step.SIGN_IN, Outcome.FAIL, "smtp.535", "5.7.8", "bad credentials"),)
    account = remember("work", evidence, Until.SIGN_IN, diagnose(evidence))
    assert account is not None and (account.state, account.cause) == (State.BROKEN, diagnose(evidence)[0].cause)
    assert account.broken_since


@pytest.mark.parametrize(("code", "step"), [("tcp.unreachable", Step.CONNECT), ("dns.servfail", Step.RESOLVE)])
def test_what_this_machine_s_own_network_spoils_breaks_no_account(code: str, step: Step) -> None:
    evidence = failed(code, step)
    assert diagnose(evidence)[0].who[0] == "network"
    assert remember("work", evidence, Until.SIGN_IN, diagnose(evidence)) is None
    assert profiles.load("work").account.state is State.VERIFIED
