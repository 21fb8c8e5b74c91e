"""What a sending domain publishes: each record read, counted and judged, and told as a warning at most."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.checks.deliverability import Finding, dmarc, look_up, mta_sts, null_mx, spf, tls_rpt
from mailwizard.diagnosis import diagnose
from mailwizard.model import Evidence, Failure, Outcome, Step
from mailwizard.net import Document, Line, Record, RecordKind
from mailwizard.sandbox.zone import Zone

DOMAIN, SERVER, ADDRESS = "shop.example", "mail.shop.example", "198.51.100.7"


class Names:
    """A door behind which there are names and documents only."""

    def __init__(self, texts: Mapping[str, str | Sequence[str]] = {}, documents: Mapping[str, str] = {}) -> None:
        self.zone, self._documents = Zone(), documents
        self.asked: list[tuple[str, str]] = []
        self.zone.add(SERVER, Record("A", ADDRESS))
        for name, said in texts.items():
            for text in [said] if isinstance(said, str) else said:
                self.zone.add(name, Record("TXT", text))

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        self.asked.append((name, kind))
        return self.zone.answer(name, kind)

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        raise AssertionError("nothing is connected to")

    async def fetch(self, url: str, **asked: Any) -> Document:
        if url not in self._documents:
            raise Failure("http.404")
        return Document(url, 200, "text/plain", self._documents[url].encode(), (url,), "192.0.2.1")


async def verdict(net: Names, address: str = ADDRESS) -> spf.Verdict:
    return await spf.evaluate(DOMAIN, [ipaddress.ip_address(address)], net)


@pytest.mark.parametrize(
    ("record", "address", "result"),
    [
        ("v=spf1 ip4:198.51.100.0/24 -all", ADDRESS, "pass"),
        ("v=spf1 ip4:198.51.100.8 -all", ADDRESS, "fail"),
        ("v=spf1 ip4:198.51.100.8 ~all", ADDRESS, "softfail"),
        ("v=spf1 ip4:198.51.100.8 ?all", ADDRESS, "neutral"),
        ("v=spf1 ip4:198.51.100.8", ADDRESS, "neutral"),
        ("v=spf1 -ip4:198.51.100.7 +all", ADDRESS, "fail"),
        ("V=SPF1 A:mail.shop.example -ALL", ADDRESS, "pass"),
        ("v=spf1 a:mail.shop.example/24 -all", "198.51.100.99", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::7", "pass"),
        ("v=spf1 exists:%{i}.list.example -all", ADDRESS, "unknown"),
        ("v=spf1 exists:%{i}.list.example ip4:198.51.100.7 -all", ADDRESS, "pass"),
        ("v=spf1 ptr -all", ADDRESS, "unknown"),
        ("v=spf1 ip4:198.51.100.300 -all", ADDRESS, "permerror"),
        ("v=spf1 ip4:2001:db8::1 -all", ADDRESS, "permerror"),
        ("v=spf1 include:nowhere.example -all", ADDRESS, "permerror"),
        ("v=spf1 redirect=nowhere.example", ADDRESS, "permerror"),
        ("v=spf1 inclde:x.example -all", ADDRESS, "permerror"),
        ("v=spf1 include: -all", ADDRESS, "permerror"),
        ("v=spf1 redirect=a.example redirect=b.example", ADDRESS, "permerror"),
        ("v=spf1 exp=why.shop.example -all", ADDRESS, "fail"),
        ("v=spf10 -all", ADDRESS, "none"),
    ],
)
async def test_spf_says_what_a_receiver_would_see(record: str, address: str, result: str) -> None:
    assert (await verdict(Names({DOMAIN: record}), address)).result == result


async def test_spf_follows_includes_and_redirects_and_counts() -> None:
    net = Names(
        {
            DOMAIN: "v=spf1 mx include:_spf.host.example redirect=other.example",
            "_spf.host.example": "v=spf1 ip4:203.0.113.0/24 -all",
            "other.example": "v=spf1 ip4:198.51.100.7 -all",
        }
    )
    net.zone.add(DOMAIN, Record("MX", "mx.host.example", 10))
    net.zone.add("mx.host.example", Record("A", "203.0.113.9"))
    found = await verdict(net)
    assert (found.result, found.lookups, found.voids) == ("pass", 3, 0)
    assert found.names == ["_spf.host.example", "other.example"]


async def test_spf_that_takes_more_than_ten_lookups_is_of_no_use() -> None:
    chain = {f"{n}.example": f"v=spf1 include:{n + 1}.example -all" for n in range(1, 11)}
    ten = {DOMAIN: "v=spf1 include:1.example -all", **chain, "10.example": f"v=spf1 ip4:{ADDRESS} -all"}
    found = await verdict(Names(ten))
    assert (found.result, found.lookups) == ("pass", 10)
    eleven = {**ten, "10.example": chain["10.example"], "11.example": f"v=spf1 ip4:{ADDRESS} -all"}
    found = await verdict(Names(eleven))
    assert (found.result, found.lookups) == ("permerror", 11)
    assert "more than 10 look-ups" in spf.judge(DOMAIN, found, ()).detail


async def test_spf_in_a_circle_ends() -> None:
    found = await verdict(Names({DOMAIN: f"v=spf1 include:{DOMAIN} -all"}))
    assert found.result == "permerror"


async def test_a_third_lookup_that_finds_nothing_is_too_many() -> None:
    two = "v=spf1 a:1.void.example a:2.void.example -all"
    found = await verdict(Names({DOMAIN: two}))
    assert (found.result, found.voids) == ("fail", 2)
    found = await verdict(Names({DOMAIN: two.replace("-all", "a:3.void.example -all")}))
    assert (found.result, found.voids) == ("permerror", 3)


async def test_two_spf_records_are_none() -> None:
    found = await verdict(Names({DOMAIN: ["v=spf1 +all", "v=spf1 -all"]}))
    assert found.result == "permerror" and "2 SPF records" in found.trouble


def finding(result: str, *names: str, relatives: Sequence[str] = ("relay.example",)) -> Finding:
    return spf.judge(DOMAIN, spf.Verdict(result, len(names), 0, list(names)), relatives)


def test_spf_warns_only_where_it_can_be_known() -> None:
    assert {finding(result).code for result in ("fail", "softfail", "none", "permerror")} == {"sender.spf"}
    assert {finding(result).code for result in ("pass", "neutral", "unknown")} == {""}
    assert finding("fail", "_spf.relay.example").code == "", "it names the provider of the server"
    assert finding("permerror", "_spf.relay.example").code == "sender.spf"
    assert finding("fail", "mail.shop.example", relatives=["shop.example"]).code == "sender.spf"


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (spf.parse, mta_sts.parse, tls_rpt.parse):
        try:
            parse(f"v=spf1 {text}" if parse is spf.parse else text)
        except ValueError as wrong:
            assert str(wrong)
    dmarc.parse(f"v=DMARC1;{text}")
    mta_sts.identifier(f"v=STSv1;{text}")


@pytest.mark.parametrize(
    ("text", "policy", "subdomains"),
    [
        ("v=DMARC1; p=reject; sp=none; pct=50; rf=afrf; ri=3600", "reject", "none"),
        ("v=DMARC1;p=Quarantine", "quarantine", "quarantine"),
        ("v=DMARC1; rua=mailto:a@shop.example", "none", "none"),
        ("v=DMARC1; p=rejct; rua=mailto:a@shop.example", "none", "none"),
        ("v=DMARC1; p=reject; sp=sometimes", "reject", "reject"),
    ],
)
def test_dmarc_is_read(text: str, policy: str, subdomains: str) -> None:
    found = dmarc.parse(text)
    assert found and (found.policy, found.subdomains) == (policy, subdomains)


@pytest.mark.parametrize(
    "text", ["", "p=reject; v=DMARC1", "v=DMARC1", "v=DMARC1; p=rejct", "v=DMARC1; reject", "v=DMARC2; p=none"]
)
def test_what_receivers_ignore_is_no_dmarc(text: str) -> None:
    assert dmarc.parse(text) is None


def test_the_walk_takes_at_most_eight_names() -> None:
    assert dmarc.walk("a.mail.shop.example") == ("a.mail.shop.example", "mail.shop.example", "shop.example", "example")
    long = dmarc.walk("a.b.c.d.e.f.g.h.i.j.mail.example")
    assert long[:2] == ("a.b.c.d.e.f.g.h.i.j.mail.example", "g.h.i.j.mail.example".replace("g.", "f.g."))
    assert len(long) == 8


def held(domain: str, **records: str) -> tuple[str, str, str]:
    parsed = {name.replace("_", "."): found for name, text in records.items() if (found := dmarc.parse(text))}
    standing = dmarc.choose(domain, parsed)
    assert standing
    return standing.domain, standing.organization, standing.policy


def test_dmarc_finds_whose_word_holds() -> None:
    assert held("shop.example", shop_example="v=DMARC1; p=reject") == ("shop.example", "shop.example", "reject")
    inherited = held("news.shop.example", shop_example="v=DMARC1; p=reject; sp=quarantine")
    assert inherited == ("shop.example", "shop.example", "quarantine")
    suffix = held("a.shop.bank", bank="v=DMARC1; p=reject; psd=y")
    assert suffix == ("bank", "shop.bank", "reject")
    own = held("a.b.shop.example", b_shop_example="v=DMARC1; p=none; psd=n", shop_example="v=DMARC1; p=reject")
    assert own == ("b.shop.example", "b.shop.example", "none")
    assert held("shop.example", shop_example="v=DMARC1; p=reject; t=y")[2] == "quarantine"


def test_dmarc_warns_where_spf_is_missing_and_something_is_asked_of_receivers() -> None:
    strict = dmarc.choose(DOMAIN, {DOMAIN: dmarc.Dmarc("reject", "reject")})
    assert dmarc.judge(DOMAIN, strict, spf_missing=True).code == "sender.dmarc"
    assert dmarc.judge(DOMAIN, strict, spf_missing=False).code == ""
    lax = dmarc.choose(DOMAIN, {DOMAIN: dmarc.Dmarc("none", "none")})
    assert dmarc.judge(DOMAIN, lax, spf_missing=True).code == ""
    assert dmarc.judge(DOMAIN, None, spf_missing=True).code == ""


POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mail.shop.example\r\nmx: *.mx.example\r\nmax_age: 86400\r\n"


def test_mta_sts_is_read_and_matched() -> None:
    policy = mta_sts.parse(POLICY)
    assert (policy.mode, policy.exchangers, policy.seconds) == ("enforce", ("mail.shop.example", "*.mx.example"), 86400)
    hosts = {"mail.shop.example": True, "a.mx.example": True, "a.b.mx.example": False, "mx.example": False}
    assert {host: mta_sts.covers(policy, host) for host in hosts} == hosts
    assert mta_sts.judge(DOMAIN, policy, ["a.mx.example"]).code == ""
    assert mta_sts.judge(DOMAIN, policy, ["else.example"]).code == "sender.mta-sts"


@pytest.mark.parametrize("part", ["version: STSv1", "mode: enforce", "max_age: 86400"])
def test_mta_sts_without_a_part_is_of_no_use(part: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        mta_sts.parse(POLICY.replace(part, "x: y"))


def test_tls_rpt_is_read() -> None:
    assert tls_rpt.parse("v=TLSRPTv1; rua=mailto:a@b.example,https://c.example/") == (
        "mailto:a@b.example",
        "https://c.example/",
    )
    assert tls_rpt.judge(DOMAIN, ("v=TLSRPTv1; rua=ftp://x",)).code == "sender.tls-rpt"
    assert tls_rpt.judge(DOMAIN, ("v=TLSRPTv1;rua=mailto:a@b",) * 2).code == "sender.tls-rpt"
    assert tls_rpt.judge(DOMAIN, ()).code == ""


def test_null_mx_is_told_from_no_mx_and_from_a_host() -> None:
    assert null_mx.judge(DOMAIN, [Record("MX", "", 0)]).code == "dns.null-mx"
    assert null_mx.judge(DOMAIN, [Record("MX", "mx.example", 0)]).code == ""
    assert null_mx.judge(DOMAIN, []).code == ""


async def test_a_domain_is_looked_at_whole_and_its_warnings_have_causes() -> None:
    texts = {
        DOMAIN: "v=spf1 ip4:203.0.113.1 -all",
        f"_dmarc.{DOMAIN}": "v=DMARC1; p=reject",
        f"_mta-sts.{DOMAIN}": "v=STSv1; id=20261121",
        f"_smtp._tls.{DOMAIN}": "v=TLSRPTv1; rua=mailto:tls@shop.example",
    }
    net = Names(texts, {f"https://mta-sts.{DOMAIN}/.well-known/mta-sts.txt": POLICY})
    net.zone.add(DOMAIN, Record("MX", "", 0))
    found = [one for one in await look_up(DOMAIN, SERVER, net) if one.record != "checkdmarc"]
    assert [one.code for one in found] == ["sender.spf", "sender.dmarc", "", "", "dns.null-mx"]
    seen = [Evidence("x", Step.MAIL_FROM, one.outcome, one.code, detail=one.detail) for one in found]
    causes = {cause.cause for cause in diagnose(seen)}
    assert {"spf_missing_server", "dmarc_fails", "domain_takes_no_mail"} <= causes


async def test_a_fault_of_dns_is_no_fault_of_the_domain() -> None:
    net = Names()
    net.zone.fail("", "dns.servfail")
    found = await look_up(DOMAIN, SERVER, net)
    assert len(found) == 5 and all(one.outcome is Outcome.SKIP and "dns.servfail" in one.detail for one in found)


@pytest.mark.parametrize("domain", ["localhost", "printer.local", "corp.internal"])
async def test_local_names_are_not_looked_up(domain: str) -> None:
    net = Names()
    assert await look_up(domain, SERVER, net) == () and net.asked == []


async def test_nothing_is_said_of_a_server_that_nobody_outside_can_see() -> None:
    net = Names({DOMAIN: "v=spf1 -all"})
    net.zone.add("relay.office.example", Record("A", "192.168.1.5"))
    (sender, *_) = await look_up(DOMAIN, "relay.office.example", net)
    assert sender.code == "" and "private" in sender.detail
