"""Is it safe to send as this From, from what was seen: every verdict, its reasons, and the records to publish."""

from __future__ import annotations

from collections.abc import Sequence
from email.parser import HeaderParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_deliverability import ADDRESS, DOMAIN, SERVER, Names

from mailwizard.checks import arrival
from mailwizard.checks.deliverability import dkim, look_up, relatives, spf
from mailwizard.checks.deliverability.publishing import dmarc_start, spf_with
from mailwizard.checks.standing import Safety, Standing, standings
from mailwizard.cli.sending_as import sending_lines
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import (
    Address,
    Candidate,
    Endpoint,
    Evidence,
    Facts,
    Outcome,
    Protocol,
    Security,
    Step,
    Trust,
)
from mailwizard.net import Record

INFO = Address.parse(f"info@{DOMAIN}")
OUT = Endpoint(Protocol.SMTP, SERVER, 465, Security.TLS)
ASKED = Evidence(str(OUT), Step.RCPT_TO, Outcome.OK, facts=(("from", INFO.display), ("to", INFO.display)))
HEAD = """\
Return-Path: <info@shop.example>
Received: from out.shop.example by mx.host.example with ESMTPS id 1 (version=TLSv1.3); Sat, 21 Nov 2026 10:00:02 +0000
Authentication-Results: mx.host.example; spf=pass smtp.mailfrom=shop.example; dkim=pass header.d=shop.example;
 dmarc=pass header.from=shop.example
DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=s1; h=from; b=AAAA
From: <info@shop.example>

"""


def draft(provider: str = "", username: str = str(INFO)) -> Draft:
    outgoing = Candidate(OUT, username, (), "typed", Trust.CURATED, provider=provider)
    return Draft(address=INFO, outgoing=outgoing)


async def published(**texts: str | Sequence[str]) -> list[Evidence]:
    """Return what DNS says, as a check tells it; ``spf`` and ``dmarc`` are texts, others go by their whole names."""
    names = {"spf": DOMAIN, "dmarc": f"_dmarc.{DOMAIN}"}
    found = await look_up(DOMAIN, SERVER, Names({names.get(key, key): text for key, text in texts.items()}))
    return [
        Evidence(
            *(str(OUT), Step.MAIL_FROM, one.outcome, one.code, "", one.detail, 0.0),
            (("record", one.record), ("domain", one.domain), *one.facts),
        )
        for one in found
    ]


def arrived(head: str = HEAD, folder: str = "INBOX") -> Evidence:
    found = arrival.read(HeaderParser().parsestr(head))
    facts: Facts = (("wait", "message"), ("folder", folder), ("written-as", str(INFO)), *found.facts)
    outcome, code = (Outcome.OK, "") if folder == "INBOX" else (Outcome.WARN, "delivery.junk")
    return Evidence("imap://x:993/tls", Step.MAILBOX, outcome, code, facts=facts)


async def verdict(*more: Evidence, **texts: str | Sequence[str]) -> Standing:
    (held,) = standings([ASKED, *await published(**texts), *more], draft())
    return held


GOOD = {"spf": f"v=spf1 ip4:{ADDRESS} -all", "dmarc": "v=DMARC1; p=reject"}
FAILED = HEAD.replace("spf=pass", "spf=fail").replace("dkim=pass", "dkim=none").replace("dmarc=pass", "dmarc=fail")


@pytest.mark.parametrize(
    ("head", "folder", "texts", "safety", "code"),
    [
        (HEAD, "INBOX", GOOD, Safety.SAFE, ""),
        (HEAD, "Junk", GOOD, Safety.AT_RISK, "delivery.junk"),
        (HEAD.replace("dmarc=pass header.from=shop.example", ""), "INBOX", GOOD, Safety.SAFE, ""),
        (FAILED, "INBOX", GOOD, Safety.NOT_SAFE, "sender.dmarc"),
        (FAILED, "INBOX", {**GOOD, "dmarc": "v=DMARC1; p=none"}, Safety.AT_RISK, "sender.dmarc"),
        (HEAD.replace("From: <info@", "From: <login@"), "INBOX", GOOD, Safety.NOT_SAFE, "delivery.from-rewritten"),
        (HEAD.replace("mx.host.example; spf", "evil.example; spf"), "INBOX", GOOD, Safety.PROBABLY, ""),
        (HEAD.replace("mx.host.example; spf", "evil.example; spf"), "INBOX", {}, Safety.AT_RISK, "sender.spf"),
        (
            HEAD.replace("<info@shop.example>\nReceived", "<b@relay.example>\nReceived")
            .replace("Authentication-Results", "X-Old"),
            *("INBOX", GOOD, Safety.AT_RISK, "sender.dmarc"),
        ),
        (
            HEAD.replace("dmarc=pass header.from=shop.example", "").replace("header.d=shop", "header.d=relay")
            .replace("<info@shop.example>\nReceived", "<b@relay.example>\nReceived"),
            *("INBOX", GOOD, Safety.NOT_SAFE, "sender.dmarc"),
        ),
    ],
)  # fmt: skip
async def test_what_a_receiver_found_goes_before_what_is_published(
    head: str, folder: str, texts: dict[str, str], safety: Safety, code: str
) -> None:
    held = await verdict(arrived(head, folder), **texts)
    assert (held.safety, held.code) == (safety, code), held
    told = held.evidence(str(OUT))
    assert told.fact("verdict") == safety and INFO.display in told.detail and told.detail.endswith(".")
    if code:
        assert diagnose([told])[0].cause in {"delivered_to_junk", "dmarc_fails", "from_rewritten", "spf_missing_server"}
    else:
        assert told.outcome is Outcome.OK


async def test_strict_alignment_asks_for_the_very_domain() -> None:
    head = HEAD.replace("dmarc=pass header.from=shop.example", "").replace("header.d=shop.", "header.d=mail.shop.")
    head = head.replace("<info@shop.example>\nReceived", "<b@mail.shop.example>\nReceived")
    relaxed = await verdict(arrived(head), **GOOD)
    assert relaxed.safety is Safety.SAFE
    strict = await verdict(arrived(head), spf=GOOD["spf"], dmarc="v=DMARC1; p=reject; aspf=s; adkim=s")
    assert strict.safety is Safety.NOT_SAFE


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        ("", f"v=spf1 a:{SERVER} ~all"),
        ("v=spf1 include:_spf.other.example -all", f"v=spf1 include:_spf.other.example a:{SERVER} -all"),
        ("v=spf1 mx redirect=other.example", f"v=spf1 mx a:{SERVER} redirect=other.example"),
        ("v=spf1 ip4:203.0.113.1", f"v=spf1 ip4:203.0.113.1 a:{SERVER}"),
    ],
)
def test_the_record_to_publish_keeps_what_was_there(record: str, wanted: str) -> None:
    assert spf_with(record, f"a:{SERVER}") == wanted
    spf.parse(wanted)


@given(st.lists(st.sampled_from(["mx", "a", "-all", "include:x.example", "redirect=y.example", "~all"]), max_size=5))
def test_a_record_is_only_ever_added_to(words: list[str]) -> None:
    made = spf_with(" ".join(["v=spf1", *words]), "include:_spf.p.example").split()
    assert [word for word in made if word != "include:_spf.p.example"] == ["v=spf1", *words]
    assert made.count("include:_spf.p.example") == 1


async def test_what_is_missing_is_named_to_be_published() -> None:
    held = await verdict()
    assert held.safety is Safety.AT_RISK and held.code == "sender.spf"
    assert [one.line for one in held.publish] == [
        f'{DOMAIN}. TXT "v=spf1 a:{SERVER} ~all"',
        f'_dmarc.{DOMAIN}. TXT "v=DMARC1; p=none"',
    ]
    lines = sending_lines([held.evidence(str(OUT))])
    assert lines[0] == f"Safe to send as {INFO.display}: not quite"
    assert [line for line in lines if line.endswith(f'TXT "v=spf1 a:{SERVER} ~all"')]
    assert dmarc_start("shop.example").name == "_dmarc.shop.example"


async def test_a_record_that_would_take_too_many_look_ups_is_not_proposed() -> None:
    more = {"dmarc": "v=DMARC1; p=none", f"i.{DOMAIN}": "v=spf1 ip4:192.0.2.1 -all"}
    full = " ".join([f"include:i.{DOMAIN}"] * spf.LOOKUPS)
    held = await verdict(spf=f"v=spf1 {full} -all", **more)
    assert held.publish == () and "more than 10 look-ups" in held.sentence and "take out an include" in held.sentence
    room = full.rpartition(" ")[0]
    held = await verdict(spf=f"v=spf1 {room} -all", **more)
    assert [one.value for one in held.publish] == [f"v=spf1 {room} a:{SERVER} -all"]
    assert "look-ups" not in held.sentence


async def test_nobody_is_told_to_publish_for_a_providers_own_domain() -> None:
    gmail = Address.parse("somebody@gmail.com")
    asked = Evidence(str(OUT), Step.RCPT_TO, Outcome.OK, facts=(("from", gmail.display),))
    facts = (("record", "spf"), ("domain", "gmail.com"), ("spf", "softfail"), ("spf-add", "a:x"), ("spf-record", ""))
    seen = Evidence(str(OUT), Step.MAIL_FROM, Outcome.WARN, "sender.spf", detail="not named", facts=facts)
    (held,) = standings([asked, seen], draft(), [gmail])
    assert held.safety is Safety.AT_RISK and held.publish == ()


def test_a_from_that_is_refused_is_not_safe_and_the_providers_rule_is_told() -> None:
    boss = Address.parse("boss@gmail.com")
    refused = Evidence(str(OUT), Step.MAIL_FROM, Outcome.FAIL, "smtp.553", facts=(("from", boss.display),))
    (held,) = standings([refused], draft("gmail"), [boss])
    assert held.safety is Safety.NOT_SAFE and "Send mail as" in held.sentence
    busy = Evidence(str(OUT), Step.MAIL_FROM, Outcome.FAIL, "smtp.421", facts=(("from", boss.display),))
    assert standings([busy], draft("gmail"), [boss]) == ()
    assert standings([], draft()) == ()


async def test_the_key_of_a_signature_is_looked_up_by_its_selector() -> None:
    net = Names({f"s1._domainkey.{DOMAIN}": "v=DKIM1; k=rsa; p=MIIB", f"old._domainkey.{DOMAIN}": "v=DKIM1; p="})
    there = await dkim.look(DOMAIN, ["s1"], net, named=True, limit=1)
    assert (there.code, dict(there.facts)["dkim-key"]) == ("", "published")
    for selector, said in (("s2", "missing"), ("old", "revoked")):
        gone = await dkim.look(DOMAIN, [selector], net, named=True, limit=1)
        assert (gone.code, dict(gone.facts)["dkim-key"]) == ("sender.dkim", said)
        seen = Evidence(
            "imap://x:993/tls", Step.MAILBOX, gone.outcome, gone.code, facts=(("record", "dkim"), *gone.facts)
        )
        held = await verdict(arrived(FAILED), seen, **GOOD)
        assert f"{selector}._domainkey.{DOMAIN}. TXT (the key" in [one.line for one in held.publish][-1]
    usual = await dkim.look(DOMAIN, ["google", "s1"], net, named=False, limit=1)
    assert dict(usual.facts)["selector"] == "s1"
    none = await dkim.look(DOMAIN, ["google"], net, named=False, limit=1)
    assert (none.code, dict(none.facts)["dkim-key"]) == ("", "unknown") and "could be found" in none.detail
    net.zone.fail("", "dns.servfail")
    assert dict((await dkim.look(DOMAIN, ["s1"], net, named=True, limit=1)).facts)["dkim-key"] == "unknown"


async def test_a_providers_usual_keys_and_include_are_asked_for_a_customers_domain() -> None:
    net = Names({DOMAIN: "v=spf1 -all", f"google._domainkey.{DOMAIN}": "v=DKIM1; p=MIIB"})
    net.zone.add("smtp.gmail.com", Record("A", "198.51.100.9"))
    found = {one.record: one for one in await look_up(DOMAIN, "smtp.gmail.com", net)}
    assert dict(found["dkim"].facts)["selector"] == "google"
    assert dict(found["spf"].facts)["spf-add"] == "include:_spf.google.com"
    assert "dkim" not in {one.record for one in await look_up("gmail.com", "smtp.gmail.com", net)}


@pytest.mark.parametrize(
    ("server", "mechanism"),
    [
        ("ssl0.ovh.net", "include:mx.ovh.com"),
        ("smtp.ionos.de", "include:_spf-eu.ionos.com"),
        ("email-smtp.eu-west-1.amazonaws.com", ""),
        ("smtp.mail.yahoo.com", ""),
        (SERVER, f"a:{SERVER}"),
    ],
)
async def test_no_include_is_made_up_for_a_provider_that_names_none(server: str, mechanism: str) -> None:
    net = Names({DOMAIN: "v=spf1 -all"})
    net.zone.add(server, Record("A", "198.51.100.9"))
    found = {one.record: one for one in await look_up(DOMAIN, server, net)}
    assert found["spf"].code == "sender.spf"
    assert dict(found["spf"].facts)["spf-add"] == mechanism


GMAIL = """\
Received: by 2002:a05:6402:34d2:b0:5d1:abcd with SMTP id w18csp1; Sat, 21 Nov 2026 02:00:03 -0800 (PST)
Return-Path: <info@shop.example>
Received: from out.shop.example (out.shop.example [198.51.100.7]) by mx.google.com with ESMTPS id a1
 (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); Sat, 21 Nov 2026 02:00:02 -0800 (PST)
Authentication-Results: mx.google.com; spf=pass smtp.mailfrom=info@shop.example; dmarc=pass header.from=shop.example
From: info@shop.example

"""
MICROSOFT = """\
Received: from AM0.eurprd04.prod.outlook.com (2603:10a6::1) by VI1.eurprd04.prod.outlook.com with HTTPS
Authentication-Results: spf=pass (sender IP is 198.51.100.7) smtp.mailfrom=shop.example; dkim=none (message not signed)
 header.d=none;dmarc=pass action=none header.from=shop.example;compauth=pass reason=100
From: info@shop.example

"""


def test_whose_findings_are_believed() -> None:
    def results(head: str, host: str = "") -> dict[str, str]:
        return dict(arrival.read(HeaderParser().parsestr(head), relatives(host) if host else ()).results)

    assert results(GMAIL, "imap.gmail.com") == {"spf": "pass", "dmarc": "pass"}
    assert results(GMAIL) == {}, "without knowing whose mailbox it is nothing says that Google is the receiver"
    assert results(MICROSOFT) == {"spf": "pass", "dkim": "none", "dmarc": "pass"}
    forged = GMAIL.replace("mx.google.com; spf", "mx.google.com.evil.example; spf")
    assert results(forged, "imap.gmail.com") == {}
    assert results("Authentication-Results: spf=pass\nFrom: a@b.example\n\n") == {}, "nobody received it"
