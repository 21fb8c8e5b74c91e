"""May the account write as this From, asked of Postfix with Dovecot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.real.servers import HOST, PASSWORD, STRANGER, USER, Servers
from tests.real.test_mail_servers import ALICE, IMAP, SMTP, STARTTLS, TLS, both, by_hand, command
from tests.unit.scripted import Heard

from mailwizard.checks import Limits, verify
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import Address, Outcome, Security, Until
from mailwizard.net.real import RealNet

OWN, OTHER = Address.parse(f"{USER}@{HOST}"), Address.parse(STRANGER)
each_security = pytest.mark.parametrize("security", [TLS, STARTTLS])


async def check(servers: Servers, security: Security, until: Until, **more: Any) -> tuple[Heard, Draft]:
    """Check both servers, and return what was told and the draft that learnt it."""
    heard = Heard()
    chosen = replace(both(servers, security), address=OWN)
    net = RealNet(ca_file=servers.ca_file)
    await verify(chosen, ALICE, net, heard, until, limits=Limits(step=10, check=40), **more)
    for fact in heard:
        chosen = chosen.learn(fact)
    return heard, chosen


@each_security
async def test_the_own_from_is_let_through_and_nothing_is_sent(servers: Servers, security: Security) -> None:
    before = servers.logins("imap"), servers.logins("smtp"), servers.messages()
    heard, chosen = await check(servers, security, Until.SENDER)
    assert all(fact.outcome is not Outcome.FAIL for fact in heard), heard.ends()
    assert {"mail-from", "rcpt-to"} <= {step for step, outcome, _ in heard.ends(SMTP) if outcome == "ok"}
    assert (servers.logins("imap") - before[0], servers.logins("smtp") - before[1]) == (1, 1)
    assert servers.messages() == before[2]
    assert len(chosen.proven) == 2


@each_security
async def test_somebody_elses_from_is_refused(servers: Servers, security: Security) -> None:
    heard, chosen = await check(servers, security, Until.SENDER, senders=[OTHER, OWN])
    refused = [fact for fact in heard if fact.outcome is Outcome.FAIL]
    assert [(fact.code, fact.enhanced) for fact in refused] == [("smtp.553", "5.7.1")]
    assert "not owned by user alice" in refused[0].detail
    assert ("rcpt-to", "ok", "") in heard.ends(SMTP), "the other From is asked about all the same"
    assert heard.last(IMAP).outcome is Outcome.OK
    assert [found.cause for found in diagnose(chosen.evidence)] == ["sender_not_owned"]


@pytest.mark.parametrize(("sender", "code", "causes"), [(OWN, 0, []), (OTHER, 15, ["sender_not_owned"])])
def test_the_command_tells_a_from_that_is_not_owned(
    servers: Servers, home: Path, sender: Address, code: int, causes: list[str]
) -> None:
    result = command(servers, home, PASSWORD, *by_hand(servers, TLS), "--from", str(sender), "--until", "sender")
    assert (result.code, result.answer["ok"], result.causes) == (code, code == 0, causes), result
