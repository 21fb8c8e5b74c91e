"""Every kind of certificate and TLS, over each protocol and way: its verdict, a reason of its own, and no secret."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tests.unit.certificates import ACCEPTED, REFUSED, Kind, Shakes
from tests.unit.mailhost import Mailhost
from tests.unit.peers import root
from tests.unit.scripted import ALICE, Heard, draft

from mailwizard.checks import Limits, verify
from mailwizard.diagnosis import diagnose
from mailwizard.model import Endpoint, Evidence, Outcome, Protocol, Security, Step, Until
from mailwizard.net.real import RealNet

pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")

WAYS = [(protocol, security) for protocol in Protocol for security in (Security.TLS, Security.STARTTLS)
        if protocol in {Protocol.SMTP, Protocol.IMAP, Protocol.POP3}]  # fmt: skip
HOSTS = "127.0.0.1 mail.test mail.test.example in.mail.test.example xn--n1aae7f7o.test\n"

CAUSES = {
    "tls.expired": "cert_expired",
    "tls.not-yet-valid": "cert_not_yet_valid",
    "tls.hostname": "cert_name_mismatch",
    "tls.self-signed": "cert_self_signed",
    "tls.untrusted": "cert_untrusted",
    "tls.incomplete-chain": "cert_incomplete_chain",
    "tls.weak": "tls_weak_crypto",
    "tls.version": "tls_version_mismatch",
    "tls.not-tls": "tls_mode_mismatch",
    "tls.handshake": "tls_handshake_failed",
    "starttls.injection": "starttls_injection",
    "timeout": "tls_handshake_failed",
    "tcp.closed": "tls_handshake_failed",
}


@pytest.fixture(autouse=True)
def usual_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no variable of this machine replace the system's authorities."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> RealNet:
    folder: Path = tmp_path_factory.mktemp("net")
    (folder / "hosts").write_text(HOSTS)
    return RealNet(hosts_file=folder / "hosts", ca_file=root().file(folder), resolver="255.255.255.255")


@cache
def shakes(name: str) -> Shakes:
    """Return what the server of a kind does, made once: keys take long."""
    return {**ACCEPTED, **REFUSED}[name].shakes()


async def check(net: RealNet, name: str, kind: Kind, protocol: Protocol, security: Security) -> tuple[Mailhost, Heard]:
    """Check a server down to the sign-in."""
    told = Heard()
    limits = Limits(step=0.6 if kind.code == "timeout" else 10)
    async with Mailhost(protocol, security, shakes(name)).open() as host:
        endpoint = Endpoint(protocol, kind.host, host.port, security)
        chosen = draft(endpoint, None) if protocol.incoming else draft(None, endpoint)
        await verify(chosen, ALICE, net, told, Until.SIGN_IN, limits=limits)
    return host, told


def reason(told: list[Evidence]) -> Evidence:
    """Return the one failure."""
    (failed,) = (seen for seen in told if seen.outcome is Outcome.FAIL)
    return failed


@pytest.mark.parametrize(("protocol", "security"), WAYS, ids=lambda way: str(way))
@pytest.mark.parametrize("name", ACCEPTED)
async def test_what_is_sound_is_signed_in_to(net: RealNet, name: str, protocol: Protocol, security: Security) -> None:
    host, told = await check(net, name, ACCEPTED[name], protocol, security)
    (shown,) = (seen for seen in told if seen.step is Step.ENCRYPT and seen.outcome is not Outcome.RUNNING)
    assert (shown.outcome, told.last().step, told.last().outcome) == (Outcome.OK, Step.SIGN_IN, Outcome.OK)
    assert host.knows(ALICE.username, ALICE.secret)
    for fact in ("version", "cipher", "bits", "issuer", "expires", "fingerprint", "certificate", "days-left"):
        assert shown.fact(fact), fact
    assert shown.fact("revocation") == "not checked"
    assert shown.fact("root") == "Test Root, Test Trust"


@pytest.mark.parametrize(("protocol", "security"), WAYS, ids=lambda way: str(way))
@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_is_refused_and_hears_no_secret(
    net: RealNet, name: str, protocol: Protocol, security: Security
) -> None:
    kind = REFUSED[name]
    if kind.explicit not in {None, security is Security.STARTTLS}:
        pytest.skip("it does not exist this way")
    host, told = await check(net, name, kind, protocol, security)
    failed = reason(told)
    assert (failed.code, kind.words in failed.detail) == (kind.code, True), failed.detail
    late = failed.step is not Step.ENCRYPT
    assert not late or kind.step != "encrypt"
    assert not host.knows(ALICE.username, ALICE.secret)
    assert not re.search(rb"AUTH|LOGIN|PASS|USER", host.heard)
    assert diagnose(told)[0].cause == (kind.cause or CAUSES[kind.code])


async def test_two_kinds_of_fault_never_have_the_same_reason(net: RealNet) -> None:
    """Names, dates and ports are taken out before; what is the same fault under another name counts once."""
    reasons: dict[tuple[str, str, str], str] = {}
    for name, kind in REFUSED.items():
        if kind.like:
            assert kind.like in REFUSED
            continue
        security = Security.STARTTLS if kind.explicit else Security.TLS
        _, told = await check(net, name, kind, Protocol.IMAP, security)
        failed = reason(told)
        key = (failed.code, bare(failed.detail), diagnose(told)[0].cause)
        assert key not in reasons, f"{name} and {reasons[key]}: {failed.detail}"
        reasons[key] = name
    assert len(reasons) >= 50


def bare(detail: str) -> str:
    """Return a sentence without names of hosts and authorities, dates and days."""
    detail = re.sub(
        r"(Test|Other|Second) (Root|Middle|RSA)(, Test Trust)?|Mail Test Inc|Avast[\w/ ]*Root, Avast", "X", detail
    )
    detail = re.sub(r"[\w*-]+(\.[\w*-]+)+", "X", detail)
    return re.sub(r"\d{4}-\d\d-\d\d|\d+ days?", "D", detail)


@pytest.mark.parametrize("protocol", [way for way, security in WAYS if security is Security.TLS])
async def test_tls_on_a_starttls_port_is_told(net: RealNet, protocol: Protocol) -> None:
    told = Heard()
    async with Mailhost(protocol, Security.TLS, shakes("sha256")).open() as host:
        endpoint = Endpoint(protocol, "mail.test", host.port, Security.STARTTLS)
        chosen = draft(endpoint, None) if protocol.incoming else draft(None, endpoint)
        await verify(chosen, ALICE, net, told, Until.SIGN_IN, limits=Limits(step=1.5))
    failed = reason(told)
    assert (failed.step, failed.code, failed.fact("speaks")) == (Step.GREETING, "timeout", "tls")
    assert diagnose(told)[0].cause == "tls_mode_mismatch"
    assert not host.knows(ALICE.username, ALICE.secret)
