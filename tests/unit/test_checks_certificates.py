"""What a check tells of a sound certificate, and what it does when another one is shown than before."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.mailhost import Mailhost
from tests.unit.peers import DAY, NOW, Issued, issue, root
from tests.unit.scripted import ALICE, Heard, draft

from mailwizard.checks import Limits, verify
from mailwizard.checks.securing import Shown
from mailwizard.diagnosis import diagnose
from mailwizard.model import Endpoint, Evidence, Outcome, Protocol, Security, Step, Until
from mailwizard.net.real import RealNet


@pytest.fixture
def net(tmp_path: Path) -> RealNet:
    (tmp_path / "hosts").write_text("127.0.0.1 mail.test\n")
    authorities = tmp_path / "ca.pem"
    authorities.write_bytes(root().pem + other_root.pem)
    return RealNet(hosts_file=tmp_path / "hosts", ca_file=authorities, resolver="255.255.255.255")


other_root = issue(title="Another Root", organization="Another Trust", authority=True)


def secured(told: Heard, protocol: Protocol = Protocol.IMAP) -> Evidence:
    """Return how the encrypt step of one server ended last."""
    return [
        seen
        for seen in told
        if seen.step is Step.ENCRYPT and seen.outcome is not Outcome.RUNNING and seen.subject.startswith(protocol)
    ][-1]


async def check(net: RealNet, *issued: Issued, shown: Shown | None = None) -> tuple[Mailhost, list[Heard]]:
    """Check one server as often as it has certificates, one after another."""
    contexts = [one.context() for one in issued]
    checks = []
    async with Mailhost(Protocol.IMAP, Security.TLS, contexts[0], later=contexts[1:]).open() as host:
        endpoint = Endpoint(Protocol.IMAP, "mail.test", host.port, Security.TLS)
        for _ in issued:
            host.heard, told = b"", Heard()
            await verify(draft(endpoint, None), ALICE, net, told, Until.SIGN_IN, limits=Limits(step=10), shown=shown)
            checks.append(told)
    return host, checks


async def test_the_whole_chain_is_told(net: RealNet) -> None:
    between = issue(by=root(), title="Test Middle", organization="Middle Inc", authority=True)
    _, (told,) = await check(net, issue(["mail.test", "imap.mail.test"], by=between, sent=[between]))
    seen = secured(told)
    how = "key EC P-256; signed by ECDSA with SHA-256"
    dates = f"{how}; valid {NOW - 30 * DAY:%Y-%m-%d} to {NOW + 30 * DAY:%Y-%m-%d}"
    assert [value for name, value in seen.facts if name == "certificate"] == [
        f"mail.test; issued by Test Middle, Middle Inc; {dates}",
        f"Test Middle, Middle Inc; issued by Test Root, Test Trust; {dates}",
    ]
    assert seen.fact("root") == "Test Root, Test Trust"
    assert (seen.fact("version"), seen.fact("bits"), seen.fact("days-left")) == ("TLSv1.3", "256", "29")
    assert seen.fact("names") == "mail.test imap.mail.test"
    assert seen.fact("revocation") == "not checked"


@pytest.mark.parametrize(
    ("life", "left", "words"),
    [(90, 15, ""), (90, 13.5, "it ends in 13 days"), (90, 1.5, "it ends in 1 day"), (90, 0.5, "in less than a day"),
     (6, 2.5, ""), (6, 1.9, "it ends in 1 day"), (42, 14.5, "")],
)  # fmt: skip
async def test_a_certificate_that_ends_soon_for_its_lifetime_is_a_warning(
    net: RealNet, life: float, left: float, words: str
) -> None:
    _, (told,) = await check(net, issue(by=root(), begins=NOW - (life - left) * DAY, ends=NOW + left * DAY))
    seen = secured(told)
    assert (seen.outcome, seen.code) == ((Outcome.WARN, "tls.expires-soon") if words else (Outcome.OK, ""))
    assert words in seen.detail
    assert told.last().outcome is Outcome.OK
    assert [found.cause for found in diagnose(told)] == (["secret_expiring"] if words else [])


async def test_a_secret_is_kept_back_once_where_another_authority_vouches_than_before(net: RealNet) -> None:
    other = issue(by=other_root)
    host, (first, second, third) = await check(net, issue(by=root()), other, other, shown=Shown())
    assert first.last().step is Step.SIGN_IN
    assert (secured(second).code, second.last().step) == ("tls.key-changed", Step.ENCRYPT)
    assert "now from Another Root, Another Trust" in secured(second).detail
    assert secured(second).fact("fingerprint-before") == secured(first).fact("fingerprint")
    assert diagnose(second)[0].cause == "cert_key_changed"
    assert (third.last().step, third.last().outcome) == (Step.SIGN_IN, Outcome.OK)
    assert host.knows(ALICE.username, ALICE.secret)


async def test_nothing_is_said_to_the_one_who_shows_another_certificate(net: RealNet) -> None:
    host, _ = await check(net, issue(by=root()), issue(by=other_root), shown=Shown())
    assert host.heard == b""


async def test_a_renewal_by_the_same_organization_is_no_change(net: RealNet) -> None:
    between = issue(by=root(), title="Test Middle", organization="Test Trust", authority=True)
    renewed = issue(["mail.test", "more.test"], by=between, sent=[between])
    _, (first, second) = await check(net, issue(by=root()), renewed, shown=Shown())
    assert second.last().step is Step.SIGN_IN
    assert secured(second).fact("fingerprint-before") == secured(first).fact("fingerprint")


async def test_without_a_memory_each_check_stands_alone(net: RealNet) -> None:
    _, (_, second) = await check(net, issue(by=root()), issue(by=other_root))
    assert second.last().step is Step.SIGN_IN


async def test_two_servers_of_one_name_with_different_certificates_are_noted(net: RealNet) -> None:
    told = Heard()
    incoming = Mailhost(Protocol.IMAP, Security.TLS, issue(by=root()).context())
    outgoing = Mailhost(Protocol.SMTP, Security.STARTTLS, issue(by=other_root).context())
    async with incoming.open(), outgoing.open():
        imap = Endpoint(Protocol.IMAP, "mail.test", incoming.port, Security.TLS)
        smtp = Endpoint(Protocol.SMTP, "mail.test", outgoing.port, Security.STARTTLS)
        await verify(draft(imap, smtp), ALICE, net, told, Until.SIGN_IN)
    both = [secured(told, Protocol.IMAP), secured(told, Protocol.SMTP)]
    (noted,) = (seen for seen in both if seen.fact("differs-from"))
    assert noted.outcome is Outcome.OK
    assert "at the same name shows another one, from" in noted.detail
    assert diagnose(told) == ()


def test_a_server_never_seen_is_not_remembered() -> None:
    shown = Shown()
    shown.sent(Endpoint(Protocol.IMAP, "mail.test", 993, Security.TLS))
    assert shown._sent == {}
