"""What every probe must do, shown against the practice world."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from mailwizard.checks import probes
from mailwizard.checks.order import Order, Turn
from mailwizard.model import (
    STANDARD_PORTS,
    AuthKind,
    Credential,
    Endpoint,
    Evidence,
    Failure,
    Outcome,
    Protocol,
    Security,
    Step,
    Until,
)
from mailwizard.plugins import plugins
from mailwizard.sandbox import World, internet, open_world
from mailwizard.sandbox.manners import Postfix
from mailwizard.witness import Witness

ALL: dict[str, Any] = plugins(probes)
ENCRYPTED = (Security.TLS, Security.STARTTLS)
LATER = {Step.SIGN_IN, Step.MAIL_FROM, Step.RCPT_TO, Step.DATA, Step.MAILBOX, Step.APPEND}
each_probe = pytest.mark.parametrize("name", ALL)
each_on_a_line = pytest.mark.parametrize("name", [name for name, module in ALL.items() if not module.PROTOCOL.web])
"""Web services need a world that has them; tests of their own show the same of them."""
each_security = pytest.mark.parametrize("security", ENCRYPTED)


@pytest.fixture(autouse=True)
def with_pop3(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the practice world serve POP3 beside what is there anyway."""

    def furnish(world: World) -> None:
        internet.furnish(world)
        places = [("pop3", STANDARD_PORTS[Protocol.POP3, security], security) for security in ENCRYPTED]
        internet.listen(world, internet.PRACTICE_HOST, Postfix(), internet.PRACTICE_CERTIFICATE, *places)

    monkeypatch.setattr("mailwizard.sandbox.furnish", furnish)


async def run(world: World, order: Order, turn: Turn) -> list[Evidence]:
    seen: list[Evidence] = []
    witness = Witness(str(order.endpoint), lambda fact: seen.append(fact) if isinstance(fact, Evidence) else None)
    try:
        await ALL[order.endpoint.protocol.value].check(order, world.net, witness, turn)
    except Failure as failure:
        assert (seen[-1].outcome, seen[-1].code) == (Outcome.FAIL, failure.code), (
            "a failure is told before it is raised"
        )
    return seen


def order(name: str, security: Security, until: Until, who: Credential | None = None) -> Order:
    protocol = ALL[name].PROTOCOL
    endpoint = Endpoint(protocol, internet.PRACTICE_HOST, STANDARD_PORTS[protocol, security], security)
    return Order(endpoint, until, who)


def ends(seen: list[Evidence]) -> list[Step]:
    return [fact.step for fact in seen if fact.outcome is not Outcome.RUNNING]


@each_probe
def test_a_probe_says_what_it_is(name: str) -> None:
    module = ALL[name]
    assert module.PROTOCOL is Protocol(name)
    assert module.STEPS and all(isinstance(step, Step) for step in module.STEPS)
    assert not module.REFUSAL.match("") and not module.REFUSAL.match("250 OK") and not module.REFUSAL.match("+OK")
    assert list(inspect.signature(module.check).parameters) == ["order", "net", "witness", "turn"]
    assert inspect.iscoroutinefunction(module.check) and module.check.__doc__ and module.__doc__


@each_on_a_line
@each_security
async def test_reaching_tells_every_step_once_begun_and_ended_and_sends_no_secret(
    name: str, security: Security
) -> None:
    async with open_world("all-well") as world:
        seen = await run(world, order(name, security, Until.REACH), Turn())
        assert set(ends(seen)) == set(ALL[name].STEPS) - LATER
        running = [fact.step for fact in seen if fact.outcome is Outcome.RUNNING]
        assert running == ends(seen)
        assert all(fact.outcome is Outcome.OK for fact in seen if fact.outcome is not Outcome.RUNNING)
        assert sum(world.logins.values()) == 0
        facts = {key for fact in seen for key, _ in fact.facts}
        assert {"addresses", "address", "tried", "version", "names", "expires", "capabilities", "mechanisms"} <= facts


@each_on_a_line
@each_security
async def test_the_right_secret_signs_in_with_one_login_and_nothing_in_clear(name: str, security: Security) -> None:
    async with open_world("all-well") as world:
        turn = Turn()
        who = Credential(world.address, world.password)
        seen = await run(world, order(name, security, Until.SIGN_IN, who), turn)
        assert (seen[-1].step, seen[-1].outcome) == (Step.SIGN_IN, Outcome.OK)
        assert seen[-1].fact("mechanism") and seen[-1].fact("secret") == "sent"
        assert sum(world.logins.values()) == 1
        assert world.seen_secrets_in_clear == 0
        assert not turn.spent


@each_on_a_line
async def test_a_wrong_secret_costs_one_login_and_spends_the_turn(name: str) -> None:
    async with open_world("all-well") as world:
        turn = Turn()
        who = Credential(world.address, "wrong-horse")
        seen = await run(world, order(name, Security.TLS, Until.SIGN_IN, who), turn)
        assert (seen[-1].step, seen[-1].outcome) == (Step.SIGN_IN, Outcome.FAIL)
        assert seen[-1].code.startswith(f"{name}.")
        assert sum(world.logins.values()) == 1
        assert turn.spent
        assert not any("wrong-horse" in str(fact) for fact in seen)


@each_on_a_line
async def test_a_kind_of_secret_that_the_server_does_not_take_is_not_offered(name: str) -> None:
    async with open_world("all-well") as world:
        plain = order(name, Security.TLS, Until.SIGN_IN)
        who = Credential(world.address, world.password)
        wanted = Order(plain.endpoint, plain.until, who, takes=(AuthKind.OAUTH2,))
        seen = await run(world, wanted, Turn())
        assert (seen[-1].outcome, seen[-1].code) == (Outcome.SKIP, "sign-in.kind")
        assert sum(world.logins.values()) == 0
