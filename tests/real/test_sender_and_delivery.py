"""May the account write as this From, and does a message come back, with Postfix that hands over to Dovecot by LMTP."""

from __future__ import annotations

import asyncio
import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
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
    await verify(chosen, ALICE, net, heard, until, **{"limits": Limits(step=10, check=40), **more})
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


FOLDERS = ("INBOX", "Junk", "Sent Items")
FOREIGN = b"Subject: not ours\r\nMessage-ID: <keep@example.com>\r\n\r\nX-Mailwizard: in the text only\r\n"


@contextmanager
def mailbox(servers: Servers) -> Iterator[imaplib.IMAP4_SSL]:
    """Open the mailbox with somebody else's program."""
    context = ssl.create_default_context(cafile=str(servers.ca_file))
    program = imaplib.IMAP4_SSL(HOST, servers.port(IMAP, TLS), ssl_context=context)
    try:
        program.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        yield program
    finally:
        program.logout()


def lying(servers: Servers) -> dict[str, list[bytes]]:
    """Return the headers of everything in every folder."""
    found: dict[str, list[bytes]] = {}
    with mailbox(servers) as program:
        for folder in FOLDERS:
            program.select(f'"{folder}"', readonly=True)
            _, numbers = program.search(None, "ALL")
            heads = [program.fetch(number.decode(), "(FLAGS BODY.PEEK[HEADER])")[1][0] for number in numbers[0].split()]
            found[folder] = [head[0] + head[1] for head in heads if isinstance(head, tuple)]
    return found


@pytest.fixture
def foreign(servers: Servers) -> Iterator[None]:
    """Put a message into every folder that somebody else has marked for removal."""
    with mailbox(servers) as program:
        for folder in FOLDERS:
            program.append(f'"{folder}"', r"(\Deleted)", "", FOREIGN)
    yield
    with mailbox(servers) as program:
        for folder in FOLDERS:
            program.select(f'"{folder}"')
            program.store("1:*", "+FLAGS", r"(\Deleted)")
            program.expunge()


@each_security
async def test_a_message_comes_back_by_lmtp_and_exactly_it_is_removed(
    servers: Servers, security: Security, foreign: None
) -> None:
    before = servers.logins("imap"), servers.logins("smtp"), servers.messages()
    heard, chosen = await check(servers, security, Until.DELIVERY)
    assert all(fact.outcome is not Outcome.FAIL for fact in heard), heard.ends()
    assert (servers.logins("imap") - before[0], servers.logins("smtp") - before[1]) == (1, 1)
    assert servers.messages() - before[2] == 1
    arrived = next(fact for fact in heard if fact.fact("wait") and fact.outcome is Outcome.OK)
    assert (arrived.fact("folder"), arrived.fact("from"), arrived.fact("return-path")) == ("INBOX", str(OWN), str(OWN))
    assert [value for name, value in arrived.facts if name == "hop" and value.endswith("TLS")]
    append = next(fact for fact in heard if fact.step == "append" and fact.outcome is Outcome.OK)
    assert (append.fact("folder"), append.fact("sent-copy")) == ("Sent Items", "client")
    assert ("mailbox", "ok", "") in heard.ends(IMAP)[-2:]
    assert len(chosen.proven) == 2
    left = lying(servers)
    assert [len(left[folder]) for folder in FOLDERS] == [1, 1, 1], left
    assert all(b"Deleted" in head and b"not ours" in head for heads in left.values() for head in heads)


async def test_a_message_that_is_held_back_is_removed_at_the_next_start(servers: Servers, foreign: None) -> None:
    servers.hold(True)
    try:
        heard, _ = await check(servers, TLS, Until.DELIVERY, limits=Limits(step=10, check=20, delivery=2))
        assert [fact.code for fact in heard if fact.outcome is Outcome.FAIL] == ["delivery.lost"]
    finally:
        servers.hold(False)
    await asyncio.to_thread(servers.delivered)
    assert len(lying(servers)["INBOX"]) == 2
    heard, _ = await check(servers, TLS, Until.DELIVERY)
    assert "1" in [fact.fact("removed-earlier") for fact in heard]
    assert all(len(heads) == 1 for heads in lying(servers).values())


def test_the_command_goes_all_the_way(servers: Servers, home: Path, foreign: None) -> None:
    words = [*by_hand(servers, STARTTLS), "--from", str(OWN), "--until", "delivery"]
    result = command(servers, home, PASSWORD, *words)
    assert (result.code, result.answer["ok"], result.causes) == (0, True, []), result
    assert all(len(heads) == 1 for heads in lying(servers).values())
