"""Nothing of ours stays in a real mailbox: over POP3, with a token, and after a stop in the worst moment."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.real.servers import PASSWORD, PATIENCE, Servers
from tests.real.test_mail_servers import ALICE, BEARER, IMAP, POP3, SMTP, STARTTLS, TLS, by_hand, command
from tests.real.test_sender_and_delivery import FOLDERS, OWN, foreign, lying
from tests.unit.scripted import Heard, draft

from mailwizard.checks import Limits, verify
from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Credential, Evidence, Outcome, Security, Until
from mailwizard.net.real import RealNet
from mailwizard.storage import journal

__all__ = ["foreign"]
USER = ALICE.username


def by_pop3(servers: Servers, security: Security) -> Draft:
    chosen = draft(servers.endpoint(POP3, security), servers.endpoint(SMTP, security), username=USER)
    return replace(chosen, address=OWN)


async def check(servers: Servers, chosen: Draft, until: Until, who: Credential = ALICE) -> Heard:
    heard = Heard()
    net = RealNet(ca_file=servers.ca_file)
    await verify(chosen, who, net, heard, until, limits=Limits(step=10, check=40))
    return heard


def fact(heard: Heard, name: str) -> Evidence:
    return next(one for one in heard if one.fact(name) and one.outcome is not Outcome.RUNNING)


@pytest.mark.parametrize("security", [TLS, STARTTLS])
async def test_over_pop3_a_message_comes_back_and_exactly_it_is_removed(
    servers: Servers, security: Security, foreign: None
) -> None:
    before = servers.logins("pop3"), servers.logins("smtp"), servers.messages()
    heard = await check(servers, by_pop3(servers, security), Until.DELIVERY)
    assert [one.code for one in heard if one.outcome is Outcome.FAIL] == [], heard.ends()
    arrived = fact(heard, "wait")
    assert (arrived.fact("folder"), arrived.fact("from")) == ("INBOX", str(OWN))
    assert servers.logins("pop3") - before[0] == 1 + int(arrived.fact("logins"))
    assert (servers.logins("smtp") - before[1], servers.messages() - before[2]) == (1, 1)
    assert (fact(heard, "removed").fact("removed"), fact(heard, "removed").fact("left")) == ("1", "0")
    assert [len(lying(servers)[folder]) for folder in FOLDERS] == [1, 1, 1]
    assert fact(heard, "verdict").fact("verdict") == "unknown", "nobody publishes anything for localhost"


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-256"])
async def test_a_message_comes_back_whatever_signs_in(servers: Servers, mechanism: str, foreign: None) -> None:
    who = ALICE if mechanism.startswith("SCRAM") else BEARER
    ends = servers.endpoint(IMAP, TLS), servers.endpoint(SMTP, TLS)
    chosen = replace(draft(*ends, who.kind, username=USER), address=OWN)
    heard = Heard()
    net = RealNet(ca_file=servers.ca_file)
    await verify(chosen, who, net, heard, Until.DELIVERY, limits=Limits(step=10, check=40), mechanism=mechanism)
    assert [one.code for one in heard if one.outcome is Outcome.FAIL] == [], heard.ends()
    assert {one.fact("mechanism") for one in heard if one.fact("mechanism")} == {mechanism}
    assert [len(lying(servers)[folder]) for folder in FOLDERS] == [1, 1, 1]
    assert who.kind in {AuthKind.OAUTH2, AuthKind.PASSWORD}


def until_(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("protocol", [IMAP, POP3])
def test_what_a_killed_check_left_is_removed_at_the_next_sign_in(
    servers: Servers, home: Path, foreign: None, number: signal.Signals, protocol: str
) -> None:
    port = servers.port(IMAP if protocol == IMAP else POP3, TLS)
    words = [f"--{protocol}=localhost:{port}/tls", by_hand(servers, TLS)[1], "--from", str(OWN)]
    argv = [sys.executable, "-m", "mailwizard", "check", "--username", USER, "--password-stdin", *words]
    argv += ["--ca-file", str(servers.ca_file), "--until", "delivery"]
    before = servers.messages()
    servers.hold(True)
    try:
        child = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ}
        )
        assert child.stdin is not None
        child.stdin.write(f"{PASSWORD}\n".encode())
        child.stdin.close()
        until_(lambda: servers.messages() > before, "the message was never taken")
        os.kill(child.pid, number)
        assert child.wait(PATIENCE) in {-signal.SIGKILL, 130}
    finally:
        servers.hold(False)
    (entry,) = journal.left()
    assert (entry.mailbox, entry.username) == (f"localhost:{port}", USER)
    asyncio.run(asyncio.to_thread(servers.delivered))
    assert len(lying(servers)["INBOX"]) == 2
    result = command(servers, home, PASSWORD, *words)
    assert result.code == 0 and "A test message of earlier checks may still lie" in result.talk
    facts = [tuple(pair) for one in result.answer["evidence"] for pair in one["facts"]]
    assert ("removed-earlier", "1") in facts
    assert [len(lying(servers)[folder]) for folder in FOLDERS] == [1, 1, 1]
    assert journal.left() == ()
