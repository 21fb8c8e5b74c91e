"""What the sandbox's DNS says."""

from __future__ import annotations

import pytest

from mailwizard.model import Failure
from mailwizard.net import Record, RecordKind, addresses
from mailwizard.sandbox import open_world
from mailwizard.sandbox.zone import Zone


def zone() -> Zone:
    made = Zone()
    made.add("mail.practice.example", Record("A", "198.51.100.10"), Record("AAAA", "2001:db8::10"))
    made.add("imap.practice.example", Record("CNAME", "smtp.practice.example"))
    made.add("smtp.practice.example", Record("CNAME", "mail.practice.example"))
    made.add("lost.practice.example", Record("CNAME", "gone.practice.example"))
    made.add("a.loop.example", Record("CNAME", "b.loop.example"))
    made.add("b.loop.example", Record("CNAME", "a.loop.example"))
    return made


def code(asked: Zone, name: str, kind: RecordKind) -> str:
    with pytest.raises(Failure) as failed:
        asked.answer(name, kind)
    return failed.value.code


def test_a_name_is_found_whatever_its_case_and_final_dot() -> None:
    assert [record.value for record in zone().answer("Mail.PRACTICE.example.", "A")] == ["198.51.100.10"]


def test_aliases_are_followed_to_their_end() -> None:
    assert [record.value for record in zone().answer("imap.practice.example", "AAAA")] == ["2001:db8::10"]
    assert zone().answer("imap.practice.example", "CNAME")[0].value == "smtp.practice.example"
    assert zone().addresses("imap.practice.example") == ("2001:db8::10", "198.51.100.10")


def test_no_such_name_is_told_apart_from_no_such_record() -> None:
    assert code(zone(), "nowhere.example", "A") == "dns.nxdomain"
    assert code(zone(), "mail.practice.example", "MX") == "dns.nodata"
    assert code(zone(), "lost.practice.example", "A") == "dns.nxdomain"
    # A name between two others exists, though it has nothing to say (RFC 8020).
    assert code(zone(), "practice.example", "A") == "dns.nodata"
    assert code(zone(), "mail.practice.example", "CNAME") == "dns.nodata"


def test_a_circle_of_aliases_ends() -> None:
    assert code(zone(), "a.loop.example", "A") == "dns.nodata"


def test_records_can_be_taken_away_again() -> None:
    made = zone()
    made.remove("mail.practice.example", "A")
    assert made.addresses("mail.practice.example") == ("2001:db8::10",)


def test_a_name_can_be_set_to_fail() -> None:
    made = zone()
    made.fail("mail.practice.example", "dns.servfail")
    assert code(made, "mail.practice.example", "A") == "dns.servfail"
    assert code(made, "imap.practice.example", "A") == "dns.servfail"
    assert made.addresses("mail.practice.example") == ()


async def test_a_name_that_nobody_answers_for_times_out() -> None:
    async with open_world("all-well") as world:
        world.zone.fail("mail.practice.example", "dns.timeout")
        world.net.dns_patience = 0.01
        with pytest.raises(Failure) as failed:
            await addresses(world.net, "mail.practice.example")
        assert failed.value.code == "dns.timeout"
        assert len(await addresses(world.net, "smtp.gmail.com")) == 2


async def test_the_small_internet_has_the_names_of_the_large_one() -> None:
    expected = {
        ("gmail.com", "MX"): "gmail-smtp-in.l.google.com",
        ("workshop.example", "MX"): "aspmx.l.google.com",
        ("contoso.example", "MX"): "contoso-example.mail.protection.outlook.com",
        ("fabrikam.example", "MX"): "fabrikam-example.x-v1.mx.microsoft",
        ("outlook.com", "MX"): "outlook-com.olc.protection.outlook.com",
        ("_imaps._tcp.practice.example", "SRV"): "mail.practice.example",
        ("_pop3s._tcp.practice.example", "SRV"): ".",
        ("smtp.office365.com", "CNAME"): "outlook.ms-acdc.office.com",
        ("practice.example", "TXT"): "v=spf1 mx -all",
    }
    async with open_world("all-well") as world:
        for (name, kind), value in expected.items():
            records = await world.net.resolve(name, kind)  # type: ignore[arg-type]
            assert min(records, key=lambda record: record.preference).value == value, name
        for domain in ("gmail.com", "workshop.example", "contoso.example", "fabrikam.example", "outlook.com"):
            for record in await world.net.resolve(domain, "MX"):
                assert await addresses(world.net, record.value)
