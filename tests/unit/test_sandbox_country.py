"""The world of made-up domains: distance, black holes, wildcards, what is logged, and how fast it opens."""

from __future__ import annotations

import asyncio
import time

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.talking import connect, greeted

from mailwizard.model import Failure, Security
from mailwizard.net import Record, addresses
from mailwizard.sandbox import Domain, all_domains, open_country
from mailwizard.sandbox.hosting import Hosting
from mailwizard.sandbox.plot import alias, dead, host, listens, mail, mx, pacc, page, silent, srv, txt
from mailwizard.sandbox.published import client_config, pacc_document, pox
from mailwizard.sandbox.traffic import Connect, Question, Traffic
from mailwizard.sandbox.web import Answer

NAME = "land.example"
_PORTS = {993: Security.TLS, 995: Security.TLS, 465: Security.TLS, 143: Security.STARTTLS, 110: Security.STARTTLS}


def domain(*pieces: object, name: str = NAME) -> Domain:
    return Domain(name, "a test", pieces)  # type: ignore[arg-type]


async def test_all_domains_together_open_in_a_moment() -> None:
    assert len(all_domains()) >= 100
    async with open_country():
        pass
    begun = time.process_time()
    async with open_country():
        assert time.process_time() - begun < 1


async def test_shared_machines_greet_under_every_name() -> None:
    ports = (993, 995, 465, 143, 110, 587)
    async with open_country([domain(listens("one", *ports), listens("two", *ports))]) as world:
        assert len(world.hosting.offers) <= len(ports) + 2
        for name in ("one", "two"):
            for port, security in _PORTS.items():
                talk, greeting = await greeted(world, f"{name}.{NAME}", port, security)
                assert greeting.startswith(("* OK ", "+OK ", "220 "))
                await talk.line.close()


async def test_pop3_starts_tls_and_lets_nobody_in_before() -> None:
    async with open_country([domain(listens("pop", 110))]) as world:
        talk = await connect(world, f"pop.{NAME}", 110)
        for command, answer in (("", "+OK "), ("USER alice", "-ERR"), ("STAT", "-ERR"), ("STLS", "+OK")):
            if command:
                await talk.line.send(f"{command}\r\n".encode())
            assert (await talk.hear()).startswith(answer)
        await talk.line.encrypt(f"pop.{NAME}")
        for command, answer in (("STLS", "-ERR"), ("USER alice", "+OK"), ("PASS x", "-ERR [AUTH]"), ("QUIT", "+OK")):
            await talk.line.send(f"{command}\r\n".encode(), shown="<secret>" if "PASS" in command else "")
            assert (await talk.hear()).startswith(answer)
        assert world.logins == {"shared.hoster.example:110": 1}
        await talk.line.close()


@pytest.mark.parametrize("round_trip", [0.04, 0.12])
async def test_names_connections_and_exchanges_take_a_round_trip(round_trip: float) -> None:
    async with open_country([domain(mail("mail"))], round_trip=round_trip) as world:
        clock, watch = asyncio.get_running_loop(), Stopwatch()
        begun = clock.time()
        found = await world.net.resolve(f"mail.{NAME}", "A")
        named = clock.time()
        line = await world.net.open([record.value for record in found], 143)
        connected = clock.time()
        await line.read_line()
        greeting = clock.time()
        await line.send(b"a NOOP\r\n")
        await line.read_line()
        answered, stalled = clock.time(), watch.stalled
        await line.close()
    spans = (named - begun, connected - named, answered - greeting)
    assert all(span >= round_trip * 0.95 for span in spans)
    assert greeting - connected >= round_trip / 2 * 0.9
    assert all(span < round_trip + 0.3 + stalled for span in spans)


async def test_a_far_page_is_whole_and_nothing_of_it_stays() -> None:
    body = bytes(range(256)) * 800
    async with open_country([domain(page("www", "/", Answer(body)))], round_trip=0.01) as world:
        assert (await world.net.fetch(f"https://www.{NAME}/", within=NAME)).body == body
        await world.ports.emptied()
        assert world.ports.connections == 0


async def test_ports_hosts_and_every_port_can_be_swallowed() -> None:
    pieces = (mail("one"), mail("two"), silent("one", 143), silent("two"), silent("", 587))
    async with open_country([domain(*pieces)]) as world:
        for name, port, silent_ in (("one", 143, True), ("one", 993, False), ("one", 587, True), ("two", 993, True)):
            found = [record.value for record in await addresses(world.net, f"{name}.{NAME}")]
            if not silent_:
                await (await world.net.open(found, port)).close()
                continue
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await world.net.open(found, port)


async def test_dns_may_be_dead_for_a_domain_or_altogether() -> None:
    async with open_country([domain(host("@"), dead("@", "dns.servfail"))]) as world:
        for name in (NAME, f"_imaps._tcp.{NAME}"):
            with pytest.raises(Failure, match="servfail"):
                await world.net.resolve(name, "A")
        assert await world.net.resolve("gmail.com", "MX")
    async with open_country([domain(dead(""))]) as world:
        world.net.dns_patience = 0.01
        with pytest.raises(Failure, match=r"dns\.timeout"):
            await world.net.resolve("gmail.com", "MX")


async def test_a_wildcard_speaks_for_what_does_not_exist() -> None:
    async with open_country([domain(host("*", "192.0.2.7"), host("mail", "192.0.2.8"), txt("x.y", "z"))]) as world:

        async def asked(name: str) -> str:
            try:
                return (await world.net.resolve(f"{name}.{NAME}", "A"))[0].value
            except Failure as failure:
                return failure.code

        assert await asked("anything") == await asked("a.b") == "192.0.2.7"
        assert await asked("mail") == "192.0.2.8"
        assert await asked("y") == "dns.nodata"
        assert await asked("a.mail") == "dns.nxdomain"


async def test_questions_and_connections_are_logged_with_what_was_said() -> None:
    async with open_country([domain(mail("mail"))]) as world:
        talk, _ = await greeted(world, f"mail.{NAME}", 993, Security.TLS)
        await talk.line.close()
        talk = await connect(world, f"MAIL.{NAME}.", 143)
        await talk.hear()
        await talk.imap("a CAPABILITY")
        await talk.imap("b LOGIN alice secret")
        await talk.line.close()
        with pytest.raises(Failure):
            await connect(world, f"mail.{NAME}", 25)
        assert {Question(f"mail.{NAME}", "A"), Question(f"mail.{NAME}", "AAAA")} == set(world.traffic.questions)
        tls, clear, refused = world.traffic.connects
        (address,) = world.zone.addresses(f"mail.{NAME}")
        assert [(one.address, one.port) for one in (tls, clear, refused)] == [(address, p) for p in (993, 143, 25)]
        assert (tls.encrypted, tls.in_clear) == (True, b"")
        assert (clear.encrypted, clear.in_clear) == (False, b"b LOGIN alice secret")
        assert bytes(refused.heard) == b""


@pytest.mark.parametrize(
    ("heard", "clear"),
    [
        (b"\x16\x03\x01 hello", b""),
        (b"EHLO me.example\r\nSTARTTLS\r\n\x16\x03\x01secret", b""),
        (b"CAPA\r\nSTLS\r\n\x16\x03\x03", b""),
        (b"t1 CAPABILITY\r\nt2 LOGOUT\r\n", b""),
        (b"EHLO me\r\nAUTH PLAIN AAAA\r\n", b"AUTH PLAIN AAAA"),
        (b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1"),
    ],
)
def test_what_is_said_in_clear_is_told_from_what_leads_to_tls(heard: bytes, clear: bytes) -> None:
    assert Connect("192.0.2.1", 1, heard).in_clear == clear


def test_both_ends_of_a_connection_are_put_together_in_either_order() -> None:
    traffic = Traffic()
    first, second = traffic.connecting("192.0.2.1", 25), traffic.connecting("192.0.2.2", 25)
    traffic.reached(first, 1000)
    traffic.accepted(1000, bytearray(b"one"))
    traffic.accepted(2000, bytearray(b"two"))
    traffic.reached(second, 2000)
    assert [bytes(one.heard) for one in traffic.connects] == [b"one", b"two"]


def test_an_address_is_given_once_and_then_there_is_none_left() -> None:
    hosting = Hosting()
    with pytest.raises(ValueError, match="no address left"):
        given = [hosting.address() for _ in range(1000)]
    given = [Hosting().address() for _ in range(2)]
    assert len(set(given)) == 1


async def test_a_domain_publishes_what_its_pieces_say() -> None:
    pieces = (
        mx("mail", 5),
        mx("mx.other.example.", 7),
        srv("imaps", ".", 0),
        alias("imap", "box.other.example."),
        txt("@", "about {d}"),
        pacc(pacc_document(imap="in.{d}")),
    )
    async with open_country([domain(*pieces)]) as world:
        answer = world.zone.answer
        assert [(r.value, r.preference) for r in answer(NAME, "MX")] == [(f"mail.{NAME}", 5), ("mx.other.example", 7)]
        assert answer(f"_imaps._tcp.{NAME}", "SRV") == (Record("SRV", ".", 0, 1, 0, 300),)
        assert answer(f"imap.{NAME}", "CNAME")[0].value == "box.other.example"
        assert answer(NAME, "TXT")[0].value == f"about {NAME}"
        assert answer(f"_ua-auto-config.{NAME}", "TXT")[0].value.startswith("v=UAAC1; a=sha256; d=")


def test_documents_are_written_from_a_few_words() -> None:
    written = client_config("imap in.{d} - SSL", "smtp out.{d} 465 SSL %EMAILLOCALPART% OAuth2 NTLM").decode()
    assert "<port></port>" in written and "<username>%EMAILADDRESS%</username>" in written
    assert "<authentication>OAuth2</authentication><authentication>NTLM</authentication>" in written
    told = pox("IMAP in.{d} 993 SSL=on", "EXCH ex.{d} -").decode()
    assert "<Type>IMAP</Type><Server>in.{d}</Server><Port>993</Port><SSL>on</SSL>" in told
    assert "<Type>EXCH</Type><Server>ex.{d}</Server></Protocol>" in told
