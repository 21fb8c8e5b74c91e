"""How the two servers of an account are checked together: one wrong secret costs one login in all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.scripted import ALICE, HOST, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import Limits, verify
from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Credential, Endpoint, Outcome, Protocol, Security, Step, Until

SMTP, IMAP, TLS = Protocol.SMTP, Protocol.IMAP, Security.TLS
SMTP_READY: Script = (Act.TLS, b"220 mail.test\r\n", "EHLO", b"250-mail.test\r\n250 AUTH PLAIN\r\n")
IMAP_READY: Script = (Act.TLS, b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n")
SMTP_TAKES = (*SMTP_READY, "AUTH", b"235 ok\r\n", "QUIT")
SMTP_REFUSES = (*SMTP_READY, "AUTH", b"535 5.7.8 no\r\n", Act.WAIT)
IMAP_TAKES = (*IMAP_READY, "a1 AUTH", b"a1 OK\r\n", "z")
IMAP_REFUSES = (*IMAP_READY, "a1 AUTH", b"a1 NO [AUTHENTICATIONFAILED] no\r\n", Act.WAIT)
REFUSED_BEFORE = ("sign-in", "skip", "sign-in.refused-before")


def both(imap: Peer, smtp: Peer, *auth: AuthKind) -> Draft:
    return draft(imap.endpoint(IMAP, TLS), smtp.endpoint(SMTP, TLS), *auth)


def logins(*peers: Peer) -> int:
    """Count the sign-ins that servers saw."""
    return sum(line.startswith(("AUTH", "a1 AUTH", "a1 LOGIN")) for peer in peers for line in peer.heard)


async def test_the_right_secret_costs_one_login_each(tmp_path: Path) -> None:
    async with Peer(IMAP_TAKES) as imap, Peer(SMTP_TAKES) as smtp:
        heard = Heard()
        chosen = both(imap, smtp)
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert {heard.last(IMAP).outcome, heard.last(SMTP).outcome} == {Outcome.OK}
        assert (logins(imap), logins(smtp)) == (1, 1)
    for fact in heard:
        chosen = chosen.learn(fact)
    assert len(chosen.proven) == 2


async def test_outgoing_gets_ready_while_incoming_signs_in(tmp_path: Path) -> None:
    async with Peer(IMAP_TAKES) as imap, Peer(SMTP_TAKES) as smtp:
        heard = Heard()
        await verify(both(imap, smtp), ALICE, net(tmp_path), heard, Until.SIGN_IN)
        order = [(fact.subject[:4], fact.step, fact.outcome) for fact in heard]
        assert order.index(("imap", Step.SIGN_IN, Outcome.OK)) < order.index(("smtp", Step.SIGN_IN, Outcome.RUNNING))
        assert order.index(("smtp", Step.CONNECT, Outcome.RUNNING)) < order.index(("imap", Step.SIGN_IN, Outcome.OK))


async def test_a_wrong_secret_costs_one_login_in_all(tmp_path: Path) -> None:
    async with Peer(IMAP_REFUSES) as imap, Peer(SMTP_REFUSES) as smtp:
        heard = Heard()
        await verify(both(imap, smtp), ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert heard.last(IMAP).code == "imap.authenticationfailed"
        assert heard.ends(SMTP)[-1] == REFUSED_BEFORE
        assert "lock" in heard.last(SMTP).detail
        assert (logins(imap), logins(smtp)) == (1, 0)


async def test_who_insists_spends_the_second_login(tmp_path: Path) -> None:
    async with Peer(IMAP_REFUSES) as imap, Peer(SMTP_TAKES) as smtp:
        heard = Heard()
        await verify(both(imap, smtp), ALICE, net(tmp_path), heard, Until.SIGN_IN, insist=True)
        assert heard.last(SMTP).outcome is Outcome.OK
        assert (logins(imap), logins(smtp)) == (1, 1)


@pytest.mark.parametrize(
    "incoming",
    [
        pytest.param((), id="closed at once"),
        pytest.param((Act.TLS, b"* BYE full\r\n"), id="BYE"),
        pytest.param((Act.TLS, b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n"), id="no sign-in offered"),
        pytest.param((b"* OK clear text\r\n", Act.WAIT), id="no TLS"),
    ],
)
async def test_outgoing_goes_on_where_incoming_ended_before_the_secret_left(incoming: Script, tmp_path: Path) -> None:
    async with Peer(incoming) as imap, Peer(SMTP_TAKES) as smtp:
        heard = Heard()
        await verify(both(imap, smtp), ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert heard.last(IMAP).outcome is Outcome.FAIL
        assert heard.last(SMTP).outcome is Outcome.OK
        assert logins(imap) == 0


@pytest.mark.parametrize("ending", [(), (Act.RESET,), (b"* BYE bye\r\n",), (b"nonsense\r\n",)])
async def test_a_secret_that_got_no_clear_answer_is_not_offered_again(ending: Script, tmp_path: Path) -> None:
    async with Peer((*IMAP_READY, "a1 AUTH", *ending)) as imap, Peer(SMTP_TAKES) as smtp:
        heard = Heard()
        await verify(both(imap, smtp), ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert heard.ends(SMTP)[-1] == REFUSED_BEFORE
        assert logins(smtp) == 0


async def test_a_server_that_takes_no_typed_secret_is_reached_and_spends_no_login(tmp_path: Path) -> None:
    async with Peer((*IMAP_READY, Act.WAIT)) as imap, Peer(SMTP_TAKES) as smtp:
        chosen = both(imap, smtp)
        assert chosen.incoming and chosen.outgoing
        chosen = replace(
            chosen,
            incoming=replace(chosen.incoming, auth=(AuthKind.OAUTH2,)),
            outgoing=replace(chosen.outgoing, auth=(AuthKind.PASSWORD, AuthKind.OAUTH2)),
        )
        heard = Heard()
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert heard.ends(IMAP)[-2:] == [("capabilities", "ok", ""), ("sign-in", "skip", "sign-in.kind")]
        assert heard.last(SMTP).outcome is Outcome.OK
        assert logins(imap) == 0
        for fact in heard:
            chosen = chosen.learn(fact)
        assert chosen.send_only


async def test_a_typed_secret_of_another_name_is_offered(tmp_path: Path) -> None:
    async with Peer(IMAP_TAKES) as imap:
        heard = Heard()
        chosen = draft(imap.endpoint(IMAP, TLS), None, AuthKind.APP_PASSWORD)
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert heard.last().outcome is Outcome.OK


async def test_a_relay_needs_no_secret_and_has_no_sign_in(tmp_path: Path) -> None:
    async with Peer((*SMTP_READY, "QUIT")) as smtp:
        heard = Heard()
        chosen = draft(None, smtp.endpoint(SMTP, TLS), AuthKind.NONE)
        await verify(chosen, None, net(tmp_path), heard, Until.SIGN_IN)
        assert heard.ends()[-1] == ("capabilities", "ok", "")
        for fact in heard:
            chosen = chosen.learn(fact)
        assert chosen.proven


async def test_reaching_sends_no_secret(tmp_path: Path) -> None:
    async with Peer((*IMAP_READY, "z LOGOUT")) as imap, Peer((*SMTP_READY, "QUIT")) as smtp:
        heard = Heard()
        await verify(both(imap, smtp), None, net(tmp_path), heard, Until.REACH)
        assert Step.SIGN_IN not in {fact.step for fact in heard}
        assert {heard.last(IMAP).outcome, heard.last(SMTP).outcome} == {Outcome.OK}
    assert imap.heard == ["z LOGOUT"]
    assert smtp.heard == ["EHLO [127.0.0.1]", "QUIT"]


@pytest.mark.parametrize("mark", ["\r", "\n", "\r\n", "\0"])
@pytest.mark.parametrize("field", ["username", "secret"])
async def test_a_line_break_reaches_no_server(field: str, mark: str, tmp_path: Path) -> None:
    async with Peer(IMAP_TAKES) as imap, Peer(SMTP_TAKES) as smtp:
        chosen = both(imap, smtp)
        assert chosen.outgoing
        if field == "username":
            chosen = replace(chosen, outgoing=replace(chosen.outgoing, username=f"alice{mark}QUIT"))
            secret = ALICE
        else:
            secret = replace(ALICE, secret=f"x{mark}QUIT")
        with pytest.raises(ValueError, match=r"line break or NUL"):
            await verify(chosen, secret, net(tmp_path), Heard(), Until.SIGN_IN)
        assert imap.connections + smtp.connections == 0


async def test_an_order_that_cannot_be_carried_out_is_refused_with_a_sentence(tmp_path: Path) -> None:
    imap = Endpoint(IMAP, HOST, 993, TLS)
    world, heard = net(tmp_path), Heard()
    with pytest.raises(ValueError, match="a user name and a secret are needed"):
        await verify(draft(imap, None), None, world, heard, Until.SIGN_IN)
    with pytest.raises(ValueError, match=r"secret for mail\.test is empty"):
        await verify(draft(imap, None), replace(ALICE, secret=""), world, heard, Until.SIGN_IN)
    with pytest.raises(ValueError, match="must be UTF-8"):
        await verify(draft(imap, None), replace(ALICE, secret="\udcff"), world, heard, Until.SIGN_IN)
    with pytest.raises(ValueError, match="a server to send with"):
        await verify(draft(imap, None), ALICE, world, heard, Until.DELIVERY)
    assert heard == []


async def test_only_what_changed_is_checked_again(tmp_path: Path) -> None:
    async with Peer(IMAP_TAKES) as imap, Peer((), SMTP_TAKES) as smtp:
        chosen = both(imap, smtp)
        heard = Heard()
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert heard.last(SMTP).outcome is Outcome.FAIL
        for fact in heard:
            chosen = chosen.learn(fact)
        assert chosen.outgoing
        again = Heard()
        subject = str(chosen.outgoing.endpoint)
        await verify(chosen.forget_check([subject]), ALICE, net(tmp_path), again, Until.SIGN_IN, only=[subject])
        assert {fact.subject for fact in again} == {subject}
        assert again.last().outcome is Outcome.OK
        assert (logins(imap), logins(smtp)) == (1, 1)


async def test_a_refusal_of_the_other_server_still_holds_when_only_one_is_checked_again(tmp_path: Path) -> None:
    async with Peer(IMAP_REFUSES) as imap, Peer(SMTP_TAKES) as smtp:
        chosen = both(imap, smtp)
        heard = Heard()
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN)
        for fact in heard:
            chosen = chosen.learn(fact)
        assert chosen.outgoing
        only = [str(chosen.outgoing.endpoint)]
        again = Heard()
        await verify(chosen, ALICE, net(tmp_path), again, Until.SIGN_IN, only=only)
        assert again.ends()[-1] == REFUSED_BEFORE
        await verify(chosen, ALICE, net(tmp_path), again, Until.SIGN_IN, only=only, insist=True)
        assert again.last().outcome is Outcome.OK
        fresh = Heard()
        other = chosen.with_sign_in(AuthKind.PASSWORD)
        await verify(other, replace(ALICE, secret="another"), net(tmp_path), fresh, Until.SIGN_IN, only=only)
        assert fresh.last().outcome is Outcome.OK, "another secret starts afresh"


async def test_the_whole_check_ends_on_time_and_says_what_still_ran(tmp_path: Path) -> None:
    async with Peer((*IMAP_READY, "a1", Act.WAIT)) as imap, Peer((*SMTP_READY, Act.WAIT)) as smtp:
        heard = Heard()
        watch = Stopwatch()
        await verify(both(imap, smtp), ALICE, net(tmp_path), heard, Until.SIGN_IN, limits=Limits(step=9, check=0.5))
        assert watch.seconds < 1.5
        assert heard.ends(IMAP)[-1] == heard.ends(SMTP)[-1] == ("sign-in", "fail", "timeout")
        assert "whole check" in heard.last().detail


@pytest.mark.parametrize("waits_at", [Step.GREETING, Step.SIGN_IN])
async def test_cancelling_ends_everything_at_once(waits_at: Step, tmp_path: Path) -> None:
    script = (Act.TLS, Act.WAIT) if waits_at is Step.GREETING else (*IMAP_READY, "a1", Act.WAIT)
    async with Peer(script) as imap, Peer((*SMTP_READY, Act.WAIT)) as smtp:
        waiting = asyncio.Event()
        heard = Heard()

        def tell(fact: object) -> None:
            heard.append(fact)  # type: ignore[arg-type]
            ready = [(seen.subject[:4], seen.step) for seen in heard if seen.outcome is Outcome.OK]
            if ("smtp", Step.CAPABILITIES) in ready and heard.last(IMAP).step is waits_at:
                waiting.set()

        before = asyncio.all_tasks()
        check = asyncio.create_task(verify(both(imap, smtp), ALICE, net(tmp_path), tell, Until.SIGN_IN))
        await waiting.wait()
        await imap.heard_lines(0 if waits_at is Step.GREETING else 1)
        watch = Stopwatch()
        check.cancel()
        with pytest.raises(asyncio.CancelledError):
            await check
        assert watch.seconds < 1
        assert heard.ends(IMAP)[-1] == (waits_at, "skip", "cancelled")
        assert heard.ends(SMTP)[-1] == ("sign-in", "skip", "cancelled")
        assert heard.last(IMAP).fact("secret") == ("sent" if waits_at is Step.SIGN_IN else "")
        peers = {task for task in asyncio.all_tasks() if "_accept" in repr(task)}
        assert asyncio.all_tasks() - before - peers == set()


async def test_a_mechanism_can_be_named(tmp_path: Path) -> None:
    offers: Script = (Act.TLS, b"220 x\r\n", "EHLO", b"250-x\r\n250 AUTH PLAIN LOGIN\r\n")
    async with Peer((*offers, "AUTH LOGIN", b"334 \r\n", "", b"334 \r\n", "", b"235 ok\r\n", "QUIT")) as smtp:
        heard = Heard()
        chosen = draft(None, smtp.endpoint(SMTP, TLS))
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN, mechanism="login")
        assert heard.last().outcome is Outcome.OK
        assert not smtp.broken
    async with Peer((*offers, Act.WAIT)) as smtp:
        heard = Heard()
        chosen = draft(None, smtp.endpoint(SMTP, TLS))
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN, mechanism="CRAM-MD5")
        assert heard.last().code == "sign-in.no-mechanism"


async def test_a_servers_own_user_name_goes_first(tmp_path: Path) -> None:
    async with Peer((*IMAP_READY, "a1", b"a1 OK\r\n", "z")) as imap:
        chosen = draft(imap.endpoint(IMAP, TLS), None)
        assert chosen.incoming
        chosen = replace(chosen, incoming=replace(chosen.incoming, username=""))
        heard = Heard()
        await verify(chosen, Credential("typed", "x"), net(tmp_path), heard, Until.SIGN_IN)
        assert heard.last().detail == "signed in as typed"
