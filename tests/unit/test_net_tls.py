"""Every certificate gets its verdict, with a reason of its own, and clear text in place of TLS is tampering."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.unit.peers import DAY, NOW, Issued, alerting, good, issue, root, saying, serving, tls_echo

from mailwizard.model import Failure
from mailwizard.net import Tls
from mailwizard.net.real import RealNet
from mailwizard.net.real.line import SocketLine


@pytest.fixture(autouse=True)
def usual_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no variable of this machine replace the system's authorities."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture
def net(tmp_path: Path) -> RealNet:
    return RealNet(ca_file=root().file(tmp_path))


async def starttls(context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say two greeting lines, answer EHLO with three, and go ahead."""
    writer.write(b"220-mail.test\r\n220 ready\r\n")
    assert (await reader.readline()) == b"EHLO there\r\n"
    writer.write(b"250-mail.test\r\n250-SIZE\r\n250 STARTTLS\r\n")
    assert (await reader.readline()) == b"STARTTLS\r\n"
    writer.write(b"220 go ahead\r\n")
    await tls_echo(context, reader, writer)


async def ask_for_tls(line: SocketLine) -> None:
    for count, command in ((2, b"EHLO there\r\n"), (3, b"STARTTLS\r\n")):
        for _ in range(count):
            await line.read_line()
        await line.send(command)
    assert await line.read_line() == b"220 go ahead"


async def shake(net: RealNet, context: ssl.SSLContext, name: str, explicit: bool = False) -> Tls:
    """Connect to a server with this context and return what the handshake shows."""
    async with serving(partial(starttls if explicit else tls_echo, context)) as port:
        line = await net.open(["127.0.0.1"], port)
        try:
            if explicit:
                await ask_for_tls(line)
            tls = await line.encrypt(name)
            assert tls == line.tls
            await line.send(b"hello\r\n")
            assert [await line.read_line(), await line.read_line()] == [b"* ready", b"hello"]
            return tls
        finally:
            await line.close()


async def refusal(net: RealNet, context: ssl.SSLContext, name: str = "mail.test", explicit: bool = False) -> Failure:
    with pytest.raises(Failure) as caught:
        await shake(net, context, name, explicit)
    return caught.value


@pytest.mark.parametrize("explicit", [False, True], ids=["tls", "starttls"])
@pytest.mark.parametrize("name", ["mail.test", "mail.test.", "MAIL.test", "a.wild.test", "127.0.0.1"])
async def test_a_good_certificate_passes(net: RealNet, name: str, explicit: bool) -> None:
    tls = await shake(net, good().context(), name, explicit)
    assert tls.version == "TLSv1.3"
    assert tls.names == ("mail.test", "*.wild.test", "127.0.0.1")
    assert (tls.subject, tls.issuer) == ("mail.test", "Test Root, Test Trust")
    assert tls.expires == f"{NOW + 30 * DAY:%Y-%m-%dT%H:%M:%SZ}"
    assert len(tls.fingerprint) == 64


def weak() -> Issued:
    return issue(by=root(), key=rsa.generate_private_key(65537, 1024))


def intermediate(**how: object) -> Issued:
    return issue(by=root(), title="Test Middle", organization="Test Middle Inc", authority=True, **how)  # type: ignore[arg-type]


def old_middle() -> Issued:
    middle = intermediate(begins=NOW - 9 * DAY, ends=NOW - 2 * DAY)
    return issue(by=middle, sent=[middle])


def other_root() -> Issued:
    return issue(title="Other Root", authority=True)


def root_sent() -> Issued:
    other = other_root()
    return issue(by=other, sent=[other])


def leaf_as_authority() -> Issued:
    leaf = issue(["other.test"], root())
    return issue(by=leaf, sent=[leaf])


BAD: dict[str, tuple[Callable[[], Issued], str, str]] = {
    "expired": (
        lambda: issue(by=root(), begins=NOW - 300 * DAY, ends=NOW - 203.5 * DAY),
        "tls.expired",
        f"the certificate expired on {NOW - 203.5 * DAY:%Y-%m-%d} (203 days ago)",
    ),
    "expired a day ago": (lambda: issue(by=root(), ends=NOW - 1.5 * DAY), "tls.expired", "(1 day ago)"),
    "old intermediate": (
        old_middle,
        "tls.expired",
        "the intermediate certificate Test Middle, Test Middle Inc expired",
    ),
    "not yet valid": (
        lambda: issue(by=root(), begins=NOW + 2.5 * DAY),
        "tls.not-yet-valid",
        f"the certificate is valid only from {NOW + 2.5 * DAY:%Y-%m-%d} on (in 2 days)",
    ),
    "other names": (
        lambda: issue(["a.example", "b.example"], root()),
        "tls.hostname",
        "the certificate is for a.example, b.example, not for mail.test",
    ),
    "many other names": (
        lambda: issue([f"h{n}.example" for n in range(8)], root()),
        "tls.hostname",
        "the certificate is for h0.example, h1.example, h2.example, h3.example, h4.example and 3 more, not for",
    ),
    "other name, and old": (
        lambda: issue(["a.example"], root(), ends=NOW - DAY),
        "tls.hostname",
        "not for mail.test; besides, it expired on",
    ),
    "common name only": (
        lambda: issue([], root(), title="mail.test"),
        "tls.hostname",
        "the certificate names mail.test only as its owner (common name)",
    ),
    "bare wildcard": (lambda: issue(["*", "*.mail.test"], root()), "tls.hostname", "for *, *.mail.test, not for"),
    "self-signed": (lambda: issue(), "tls.self-signed", "the certificate is signed by itself and by no authority"),
    "unknown root sent along": (
        root_sent,
        "tls.untrusted",
        "this machine does not trust the authority behind the certificate: Other Root",
    ),
    "unknown root": (
        lambda: issue(by=other_root()),
        "tls.untrusted",
        "this machine does not trust the authority behind the certificate: Other Root",
    ),
    "intermediate left out": (
        lambda: issue(by=intermediate(), issuers_at="http://ca.test/middle.cer"),
        "tls.incomplete-chain",
        "the server likely leaves out the intermediate certificate that vouches for it: Test Middle",
    ),
    "intermediate of a known organization left out": (
        lambda: issue(by=issue(by=root(), title="M", organization="Test Trust", authority=True)),
        "tls.incomplete-chain",
        "M, Test Trust",
    ),
    "leaf as authority": (
        leaf_as_authority,
        "tls.untrusted",
        "the certificate is not trusted: it was issued by a certificate that is no authority's",
    ),
    "weak key": (weak, "tls.weak", "the certificate has a key of 1024 bits, which is too short"),
}


@pytest.mark.parametrize("explicit", [False, True], ids=["tls", "starttls"])
@pytest.mark.parametrize("case", BAD)
async def test_a_bad_certificate_is_refused_for_its_own_reason(net: RealNet, case: str, explicit: bool) -> None:
    make, code, words = BAD[case]
    issued = make()
    failure = await refusal(net, issued.context(), explicit=explicit)
    assert failure.code == code
    assert words in failure.detail
    facts = dict(failure.facts)
    assert facts["expires"] == f"{issued.certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"
    assert facts["fingerprint"] and facts["reason"]
    assert facts["chain"] == str(1 + len(issued.sent))
    assert "authorities" not in facts


async def test_an_intermediate_that_is_sent_completes_the_chain(net: RealNet) -> None:
    middle = intermediate()
    assert (await shake(net, issue(by=middle, sent=[middle]).context(), "mail.test")).issuer.startswith("Test Middle")


@pytest.mark.parametrize("name", ["127.0.0.2", "::1", "wild.test", "a.b.wild.test", "xmail.test", "mail.test.evil"])
async def test_a_near_miss_of_the_name_is_refused(net: RealNet, name: str) -> None:
    assert (await refusal(net, good().context(), name)).code == "tls.hostname"


@pytest.mark.parametrize("name", ["", ".", "a..b", "x" * 64 + ".test", ".test"])
async def test_what_no_certificate_can_be_for_is_refused_before_anything_is_sent(net: RealNet, name: str) -> None:
    assert (await refusal(net, good().context(), name)).code == "tls.hostname"


async def test_an_intermediate_or_leaf_in_the_ca_file_is_trusted_as_such(tmp_path: Path) -> None:
    middle, single = intermediate(), issue()
    for trusted, shown in ((middle, issue(by=middle)), (single, single)):
        net = RealNet(ca_file=trusted.file(tmp_path))
        assert (await shake(net, shown.context(), "mail.test")).names == ("mail.test",)


async def test_without_the_ca_file_the_same_server_is_not_trusted() -> None:
    assert (await refusal(RealNet(), good().context())).code == "tls.untrusted"


async def test_the_system_s_authorities_stay_beside_a_private_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = issue(title="System Root", authority=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(system.file(tmp_path, "system.pem")))
    net = RealNet(ca_file=root().file(tmp_path))
    assert (await shake(net, good().context(), "mail.test")).issuer.startswith("Test Root")
    assert (await shake(net, issue(by=system).context(), "mail.test")).issuer == "System Root"
    failure = await refusal(net, issue(by=other_root()).context())
    assert dict(failure.facts)["authorities"] == f"SSL_CERT_FILE={tmp_path / 'system.pem'}"


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END"])
def test_a_useless_ca_file_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"The CA file .*ca\.pem cannot be used: [^\n]+\."):
        RealNet(ca_file=path)


async def test_keys_are_never_logged(net: RealNet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    await shake(net, good().context(), "mail.test")
    assert not (tmp_path / "keys").exists()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
async def test_an_old_version_is_named(net: RealNet, version: str) -> None:
    context = good().context()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion[version]
    async with alerting(context) as port:
        failure = await failed(net, port)
    assert failure.code == "tls.version"
    assert f"the server speaks {version.replace('_', '.')} at best" in failure.detail
    assert dict(failure.facts)["names"].startswith("mail.test")


async def test_weak_ciphers_are_named(net: RealNet) -> None:
    context = good().context("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert (await shake(net, good().context("ECDHE+AESGCM"), "mail.test")).version == "TLSv1.3"
    async with alerting(context) as port:
        failure = await failed(net, port)
    assert failure.code == "tls.weak"
    assert "ECDHE-ECDSA-AES128-SHA" in failure.detail


async def test_a_server_that_hangs_up_for_lack_of_a_cipher_is_found_out(net: RealNet) -> None:
    context = good().context("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    failure = await refusal(net, context)
    assert failure.code == "tls.weak"
    assert "the server closed the connection" in dict(failure.facts)["reason"]


async def test_an_alert_alone_is_a_failed_handshake(net: RealNet) -> None:
    async with serving(saying(b"\x15\x03\x03\x00\x02\x02\x50")) as port:
        failure = await failed(net, port)
    assert (failure.code, failure.facts) == ("tls.handshake", ())


async def test_a_server_that_wants_a_certificate_of_ours_is_told_after_the_handshake(net: RealNet) -> None:
    context = good().context()
    context.verify_mode = ssl.CERT_REQUIRED
    async with alerting(context) as port:
        line = await net.open(["127.0.0.1"], port)
        await line.encrypt("mail.test")
        with pytest.raises(Failure) as caught:
            await line.read_line()
        assert caught.value.code == "tls.handshake"
        assert "CERTIFICATE_REQUIRED" in caught.value.detail
        await line.close()


@pytest.mark.parametrize("rubbish", [b"250 OK\r\n", b"\x17\x03\x03\x00\x20" + b"x" * 32])
async def test_clear_text_inside_of_tls_breaks_the_line(net: RealNet, rubbish: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        beneath = writer.transport
        await writer.start_tls(good().context())
        await reader.readline()
        beneath.write(rubbish)
        await reader.read()

    async with serving(talk) as port:
        line = await net.open(["127.0.0.1"], port)
        await line.encrypt("mail.test")
        await line.send(b"NOOP\r\n")
        with pytest.raises(Failure, match=r"tls\.handshake: the encrypted connection broke"):
            await line.read_line()
        with pytest.raises(Failure, match=r"tcp\.closed"):
            await line.send(b"NOOP\r\n")


async def test_a_server_that_leaves_tls_in_good_order_is_closed(net: RealNet) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writer.start_tls(good().context())
        writer.write(b"421 bye\r\n")
        writer.close()
        await writer.wait_closed()

    async with serving(talk) as port:
        line = await net.open(["127.0.0.1"], port)
        await line.encrypt("mail.test")
        assert await line.read_line() == b"421 bye"
        with pytest.raises(Failure, match=r"tcp\.closed: the server closed the connection"):
            await line.read_line()
        await line.close()


async def test_a_server_without_a_certificate_is_refused(net: RealNet) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("AECDH-AES256-SHA:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    async with alerting(context) as port:
        failure = await failed(net, port)
    assert failure.code == "tls.weak"
    assert dict(failure.facts) == {
        "version": "TLSv1.2",
        "cipher": "AECDH-AES256-SHA",
        "reason": "SSLV3_ALERT_HANDSHAKE_FAILURE",
    }


async def test_a_server_that_hangs_up_in_the_handshake_is_closed(net: RealNet) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write_eof()
        await reader.read()

    async with serving(talk) as port:
        failure = await failed(net, port)
    assert failure.code in {"tcp.closed", "tcp.reset"}
    assert "the TLS handshake failed: the" in failure.detail


async def failed(net: RealNet, port: int, before: int = 0) -> Failure:
    line = await net.open(["127.0.0.1"], port)
    for _ in range(before):
        await line.read_line()
        await line.send(b"STARTTLS\r\n")
    if before:
        await line.read_line()
    with pytest.raises(Failure) as caught:
        await line.encrypt("mail.test")
    with pytest.raises(Failure, match=r"tcp\.closed"):
        await line.send(b"EHLO\r\n")
    assert line.tls is None
    return caught.value


@pytest.mark.parametrize(
    "said", [b"220 mail ESMTP\r\n", b"* OK \x1b[2J\r\n", b"H", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\n", b"\x16\x01"]
)
async def test_clear_text_on_a_tls_port_is_told(net: RealNet, said: bytes) -> None:
    async with serving(saying(said)) as port:
        failure = await failed(net, port)
    assert failure.code == "tls.not-tls"
    assert "\x1b" not in failure.detail
    if said.startswith(b"220"):
        assert failure.detail.endswith("in clear: 220 mail ESMTP")


async def test_clear_text_after_our_hello_is_told(net: RealNet) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"500 what?\r\n")
        await reader.read()

    async with serving(talk) as port:
        assert (await failed(net, port)).detail.endswith("500 what?")


INJECTIONS = [
    b"250 AUTH PLAIN\r\n", b"250-mail\r\n250 AUTH PLAIN\r\n", b"a1 OK done\r\n", b"* BYE\r\n", b"+OK\r\n", b"2", b"\n",
    b"\r\n", b"no line end", b"\x00", b"\x17\x00\x00", b"\x80\x2e\x01", b"250 " + b"x" * 65536,
]  # fmt: skip


@pytest.mark.parametrize("injected", INJECTIONS, ids=lambda said: repr(said[:12]))
@pytest.mark.parametrize("segments", ["one segment", "two segments", "byte by byte"])
async def test_clear_text_after_the_go_ahead_is_an_injection(net: RealNet, injected: bytes, segments: str) -> None:
    go = b"220 go\r\n"
    answer = {
        "one segment": [go + injected],
        "two segments": [go, injected],
        "byte by byte": [go, *(injected[n : n + 1] for n in range(min(3, len(injected))))],
    }[segments]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        await reader.readline()
        await saying(*answer)(reader, writer)

    async with serving(talk) as port:
        failure = await failed(net, port, before=1)
    assert failure.code == "starttls.injection"
    assert "clear text arrived after the go-ahead" in failure.detail


async def test_the_second_look_says_nothing_that_was_not_said_before(net: RealNet) -> None:
    heard: list[bytes] = []
    context = issue(["other.test"], root()).context()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220-mail.test\r\n220 ready\r\n")
        heard.append(await reader.readline())
        writer.write(b"250-mail.test\r\n250-SIZE\r\n250 STARTTLS\r\n")
        heard.append(await reader.readline())
        writer.write(b"220 go ahead\r\n")
        await writer.start_tls(context)
        heard.append(b"in TLS: " + await reader.read())

    async with serving(talk) as port:
        line = await net.open(["127.0.0.1"], port)
        await ask_for_tls(line)
        with pytest.raises(Failure, match=r"not for mail\.test"):
            await line.encrypt("mail.test")
    commands = [b"EHLO there\r\n", b"STARTTLS\r\n"]
    assert [said for said in heard if said != b"in TLS: "] == commands * 2


async def test_where_a_second_look_is_refused_the_verdict_stands_without_facts(net: RealNet) -> None:
    context = issue(["other.test"], root()).context()
    served = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        served += 1
        if served == 1:
            await tls_echo(context, reader, writer)

    async with serving(talk) as port:
        failure = await failed(net, port)
    assert served == 2
    assert (failure.code, failure.detail) == ("tls.hostname", "the certificate is not for mail.test")
    assert dict(failure.facts).keys() == {"reason", "clock"}


async def test_the_context_is_made_once(net: RealNet) -> None:
    first, second = await asyncio.gather(net._context(), net._context())
    assert first is second is await net._context()
    assert first.verify_mode is ssl.CERT_REQUIRED and first.check_hostname
    assert not first.hostname_checks_common_name
    assert not first.verify_flags & ssl.VERIFY_X509_STRICT
    assert not [one["name"] for one in first.get_ciphers() if not one["name"].startswith(("TLS_", "ECDHE-"))]
