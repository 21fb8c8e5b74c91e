"""Discovery against the names of the practice world: every source, each pitfall, one limit, and a clean end."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import pytest
import trustme
from tests.stopwatch import Stopwatch
from tests.unit.hearing import Heard

from mailwizard import knowledge
from mailwizard.discovery import discover, known_provider
from mailwizard.discovery.engine import _Hurried
from mailwizard.discovery.exchangers import best_exchangers
from mailwizard.discovery.ranking import best, rank
from mailwizard.discovery.sources.srv import in_order
from mailwizard.model import Address, Candidate, Evidence, Failure, Outcome, Protocol, Security, Step, Trust
from mailwizard.net import Record
from mailwizard.sandbox.internet import furnish, host, service
from mailwizard.sandbox.net import SandboxNet
from mailwizard.sandbox.world import World
from mailwizard.sandbox.zone import Zone

ALICE = Address.parse("alice@example.com")


@pytest.fixture
def zone() -> Zone:
    """Return the names of the small internet, and a domain of its own with an address and nothing else."""
    world = World("names")
    furnish(world)
    host(world.zone, "example.com", 90)
    return world.zone


@pytest.fixture
def net(zone: Zone, tmp_path: Path) -> SandboxNet:
    """Return a door that answers from the zone."""
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    return SandboxNet(zone, tmp_path / "ca.pem", 1)


async def heard(net: SandboxNet, address: Address = ALICE, *, offline: bool = False, limit: float = 3.0) -> Heard:
    told = Heard()
    await discover(address, net, told, offline=offline, limit=limit)
    return told


async def test_a_known_provider_is_found_without_any_network(net: SandboxNet) -> None:
    told = await heard(net, Address.parse("alice@gmail.com"), offline=True)
    assert {evidence.subject for evidence in told.evidence} == {"cards"}
    chosen = best(told.candidates, incoming=True)
    assert chosen is not None
    assert (str(chosen.endpoint), chosen.trust) == ("imap://imap.gmail.com:993/tls", Trust.CURATED)
    assert known_provider(told.evidence) == "gmail"


async def test_a_known_providers_own_records_agree_with_its_card(net: SandboxNet) -> None:
    told = await heard(net, Address.parse("alice@gmail.com"))
    imap = best(told.candidates, incoming=True)
    assert imap is not None
    assert imap.source == "cards"
    assert "Also named by" in imap.why


@pytest.mark.parametrize("address", ["adele@contoso.example", "diego@fabrikam.example"])
async def test_a_domain_hosted_at_microsoft_is_found_by_its_mx(net: SandboxNet, address: str) -> None:
    told = await heard(net, Address.parse(address))
    assert known_provider(told.evidence) == "microsoft365"
    sending = best(told.candidates, incoming=False)
    assert sending is not None
    assert str(sending.endpoint) == "smtp://smtp.office365.com:587/starttls"
    assert sending.username == address
    assert "MX" in sending.why or "mail goes to" in sending.why


async def test_a_leftover_record_is_kept_below_the_provider_that_holds_the_mail(net: SandboxNet, zone: Zone) -> None:
    service(zone, "workshop.example", "imaps", "mail.workshop.example", 993)
    told = await heard(net, Address.parse("ben@workshop.example"))
    imaps = [c for c in rank(told.candidates) if c.endpoint.protocol is Protocol.IMAP]
    assert [c.endpoint.host for c in imaps] == ["imap.gmail.com", "mail.workshop.example"]
    assert "mail.workshop.example" in imaps[0].why
    assert "left over" in imaps[1].why


async def test_a_name_that_only_looks_like_google_is_not_google(net: SandboxNet, zone: Zone) -> None:
    zone.add("example.com", Record("MX", "aspmx.l.google.com.evil.example", 10))
    told = await heard(net)
    assert told.candidates == []
    assert told.of("mx").code == "mx.unknown"


async def test_only_exchangers_of_the_best_preference_count(net: SandboxNet, zone: Zone) -> None:
    zone.add("example.com", Record("MX", "aspmx.l.google.com", 20), Record("MX", "mx.elsewhere.example", 10))
    assert (await heard(net)).candidates == []
    records = [Record("MX", "b.example", 10), Record("MX", "A.example.", 10), Record("MX", "c.example", 20)]
    assert best_exchangers(records) == ("a.example", "b.example")


async def test_a_domain_that_takes_no_mail_says_so(net: SandboxNet, zone: Zone) -> None:
    zone.add("example.com", Record("MX", ".", 0))
    told = await heard(net)
    assert (told.of("mx").outcome, told.of("mx").code) == (Outcome.FAIL, "dns.null-mx")
    with pytest.raises(Failure, match="takes no mail"):
        best_exchangers([Record("MX", "", 0)])


async def test_a_domain_that_does_not_exist_is_told_apart_from_one_without_records(net: SandboxNet) -> None:
    assert (await heard(net, Address.parse("a@nowhere.invalid-tld.example"))).of("mx").code == "dns.nxdomain"
    told = await heard(net)
    assert (told.of("mx").outcome, told.of("mx").code) == (Outcome.SKIP, "dns.nodata")
    assert (told.of("srv").outcome, told.of("srv").code) == (Outcome.SKIP, "dns.nodata")


async def test_records_name_servers_with_tls_first(net: SandboxNet) -> None:
    told = await heard(net, Address.parse("alice@practice.example"))
    assert [str(candidate.endpoint) for candidate in rank(told.candidates)] == [
        "imap://mail.practice.example:993/tls",
        "imap://mail.practice.example:143/starttls",
        "smtp://mail.practice.example:465/tls",
        "smtp://mail.practice.example:587/starttls",
    ]
    assert {candidate.trust for candidate in told.candidates} == {Trust.PUBLISHED}
    assert {candidate.username for candidate in told.candidates} == {"alice@practice.example"}
    assert {value for name, value in told.of("srv").facts if name == "not-offered"} == {"pop3s", "pop3"}


async def test_priority_counts_first_and_weight_second(net: SandboxNet, zone: Zone) -> None:
    zone.add(
        "_imaps._tcp.example.com",
        Record("SRV", "backup.example.com", 10, 100, 993),
        Record("SRV", "light.example.com", 0, 1, 993),
        Record("SRV", "heavy.example.com", 0, 5, 993),
    )
    told = await heard(net)
    assert [c.endpoint.host.split(".")[0] for c in rank(told.candidates)] == ["heavy", "light", "backup"]
    assert in_order([Record("SRV", ".", 0, 0, 0)]) == []


async def test_a_target_in_another_domain_is_unsigned_and_says_so(net: SandboxNet, zone: Zone) -> None:
    service(zone, "example.com", "imaps", "imap.hoster.example", 993)
    service(zone, "example.com", "submissions", "smtp.example.com", 465)
    trust = {c.endpoint.host: (c.trust, c.why) for c in (await heard(net)).candidates}
    assert trust["imap.hoster.example"][0] is Trust.UNSIGNED
    assert "another domain" in trust["imap.hoster.example"][1]
    assert trust["smtp.example.com"][0] is Trust.PUBLISHED


async def test_a_public_suffix_is_nobodys_own_domain(net: SandboxNet, zone: Zone) -> None:
    host(zone, "shop.co.uk", 91)
    service(zone, "shop.co.uk", "imaps", "imap.other.co.uk", 993)
    (found,) = (await heard(net, Address.parse("a@shop.co.uk"))).candidates
    assert found.trust is Trust.UNSIGNED


async def test_the_port_of_implicit_tls_is_believed_whatever_the_service_is_called(net: SandboxNet, zone: Zone) -> None:
    service(zone, "example.com", "submission", "smtp.example.com", 465)
    (found,) = (await heard(net)).candidates
    assert found.endpoint.security is Security.TLS


async def test_a_record_that_names_no_server_is_noted_and_left_out(net: SandboxNet, zone: Zone) -> None:
    service(zone, "example.com", "imaps", "im ap.example.com", 993)
    service(zone, "example.com", "imap", "imap.example.com", 0)
    told = await heard(net)
    assert told.candidates == []
    assert told.of("srv").fact("unusable").startswith("imap")


async def test_dns_that_does_not_answer_ends_at_the_limit_and_is_called_a_timeout(net: SandboxNet, zone: Zone) -> None:
    zone.fail("example.com", "dns.timeout")
    for name in ("submissions", "submission", "imaps", "imap", "pop3s", "pop3"):
        zone.fail(f"_{name}._tcp.example.com", "dns.timeout")
    watch = Stopwatch()
    told = await heard(net, limit=0.3)
    assert watch.seconds < 2
    assert told.of("cards").outcome is Outcome.SKIP
    for source in ("mx", "srv"):
        assert (told.of(source).outcome, told.of(source).code) == (Outcome.FAIL, "dns.timeout")


async def test_one_silent_name_keeps_what_the_others_said(net: SandboxNet, zone: Zone) -> None:
    service(zone, "example.com", "imaps", "imap.example.com", 993)
    zone.fail("_pop3s._tcp.example.com", "dns.timeout")
    told = await heard(net, limit=0.3)
    assert (told.of("srv").outcome, told.of("srv").code) == (Outcome.WARN, "dns.timeout")
    assert [candidate.endpoint.host for candidate in told.candidates] == ["imap.example.com"]


async def test_all_steps_of_a_source_end_by_one_moment() -> None:
    told = Heard()
    hurried = _Hurried("slow", told, 0.2)
    watch = Stopwatch()
    for _ in range(3):
        with pytest.raises(Failure):
            async with hurried.step(Step.DISCOVER, 5):
                await asyncio.sleep(60)
    assert watch.seconds < 1


async def test_a_slow_question_holds_no_other_answer_back(net: SandboxNet, zone: Zone) -> None:
    service(zone, "example.com", "imaps", "imap.example.com", 993)
    zone.fail("_pop3s._tcp.example.com", "dns.timeout")
    net.dns_patience = 60
    told, first = Heard(), asyncio.Event()

    def listen(fact: Candidate | Evidence) -> None:
        told(fact)
        if isinstance(fact, Candidate):
            first.set()

    running = asyncio.create_task(discover(ALICE, net, listen, limit=60))
    await asyncio.wait_for(first.wait(), 5)
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert told.candidates[0].endpoint.host == "imap.example.com"


async def test_some_silence_is_a_warning_and_total_silence_a_failure(net: SandboxNet, zone: Zone) -> None:
    service(zone, "example.com", "imaps", "imap.example.com", 993)
    zone.fail("_pop3s._tcp.example.com", "dns.servfail")
    told = await heard(net)
    assert (told.of("srv").outcome, told.of("srv").code) == (Outcome.WARN, "dns.servfail")
    assert len(told.candidates) == 1
    for name in ("submissions", "submission", "imaps", "imap", "pop3"):
        zone.fail(f"_{name}._tcp.example.com", "dns.servfail")
    told = await heard(net)
    assert (told.of("srv").outcome, told.of("srv").code) == (Outcome.FAIL, "dns.servfail")


async def test_each_candidate_is_told_once(net: SandboxNet) -> None:
    told = await heard(net, Address.parse("alice@practice.example"))
    assert len(told.candidates) == len(set(told.candidates)) == 4


async def test_cancelling_leaves_nothing_running(net: SandboxNet, zone: Zone) -> None:
    zone.fail("example.com", "dns.timeout")
    net.dns_patience = 60
    before = asyncio.all_tasks()
    told, begun = Heard(), asyncio.Event()

    def listen(fact: Candidate | Evidence) -> None:
        told(fact)
        if isinstance(fact, Evidence) and fact.subject == "mx":
            begun.set()

    running = asyncio.create_task(discover(ALICE, net, listen, limit=60))
    await asyncio.wait_for(begun.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert asyncio.all_tasks() == before
    assert told.of("mx").code == "cancelled"


async def test_a_source_with_a_bug_stops_no_other(net: SandboxNet, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise RuntimeError(name)

    monkeypatch.setattr(knowledge, "by_mx", broken)
    told = await heard(net, Address.parse("alice@practice.example"))
    assert told.of("mx").code == "bug"
    assert len(told.candidates) == 4


async def test_every_step_of_every_source_is_a_discovery(net: SandboxNet) -> None:
    told = await heard(net, Address.parse("ben@workshop.example"))
    assert {evidence.step for evidence in told.evidence} == {Step.DISCOVER}


async def test_the_most_used_domains_are_right_without_any_network(net: SandboxNet, reference: Path) -> None:
    with (reference / "top_domains.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        told = await heard(net, Address.parse(f"alice@{row['domain']}"), offline=True)
        for wanted, incoming in ((row["best_imap"], True), (row["best_smtp"], False)):
            chosen = best(told.candidates, incoming=incoming)
            assert chosen is not None, row["domain"]
            word = "SSL" if chosen.endpoint.security is Security.TLS else "STARTTLS"
            assert f"{chosen.endpoint.place}/{word}" == wanted, row["domain"]
