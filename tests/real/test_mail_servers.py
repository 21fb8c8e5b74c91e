"""Checks against Postfix and Dovecot: right outcome, cause and exit code, and the logins as Dovecot counted them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.real.servers import PASSWORD, TOKEN, USER, Servers
from tests.unit.scripted import Heard, draft

from mailwizard.checks import Limits, verify
from mailwizard.checks.remedies import remedies
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Credential, Endpoint, Outcome, Protocol, Security, Step, Until
from mailwizard.net.real import RealNet

SMTP, IMAP, POP3 = Protocol.SMTP, Protocol.IMAP, Protocol.POP3
TLS, STARTTLS = Security.TLS, Security.STARTTLS
ALICE = Credential(USER, PASSWORD)
WRONG = Credential(USER, "wrong-horse")
BEARER = Credential(USER, TOKEN, AuthKind.OAUTH2)
each_security = pytest.mark.parametrize("security", [TLS, STARTTLS])
each_protocol = pytest.mark.parametrize("protocol", [IMAP, SMTP, POP3])


def both(servers: Servers, security: Security, host: str = "localhost") -> Draft:
    """Return a draft with both servers chosen."""
    return draft(servers.endpoint(IMAP, security, host), servers.endpoint(SMTP, security, host), username=USER)


def alone(servers: Servers, protocol: Protocol, security: Security) -> Draft:
    """Return a draft with one server chosen."""
    endpoint = servers.endpoint(protocol, security)
    sides = (endpoint, None) if protocol.incoming else (None, endpoint)
    return draft(*sides, username=USER)


async def check(
    servers: Servers, chosen: Draft, who: Credential = ALICE, *, trusting: bool = True, **more: Any
) -> tuple[Heard, Draft]:
    """Check a draft, and return what was told and the draft that learnt it."""
    heard = Heard()
    net = RealNet(ca_file=servers.ca_file if trusting else None)
    await verify(chosen, who, net, heard, Until.SIGN_IN, **{"limits": Limits(step=10, check=30), **more})
    for fact in heard:
        chosen = chosen.learn(fact)
    return heard, chosen


@each_security
@pytest.mark.parametrize("mechanism", ["", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"])
async def test_the_right_password_passes_with_one_login_each(
    servers: Servers, security: Security, mechanism: str
) -> None:
    before = servers.logins("imap"), servers.logins("smtp")
    heard, chosen = await check(servers, both(servers, security), mechanism=mechanism)
    assert all(fact.outcome in {Outcome.OK, Outcome.RUNNING} for fact in heard), heard.ends()
    assert len(chosen.proven) == 2
    assert heard.last(SMTP).fact("mechanism") == (mechanism or "SCRAM-SHA-256")
    assert (servers.logins("imap") - before[0], servers.logins("smtp") - before[1]) == (1, 1)


@each_security
async def test_a_wrong_password_costs_one_login_in_all(servers: Servers, security: Security) -> None:
    before = servers.logins()
    heard, chosen = await check(servers, both(servers, security), WRONG)
    assert heard.last(IMAP).code == "imap.authenticationfailed"
    assert (heard.last(SMTP).outcome, heard.last(SMTP).code) == (Outcome.SKIP, "sign-in.refused-before")
    assert servers.logins() - before == 1
    assert diagnose(chosen.evidence)[0].cause == "wrong_password"


@each_security
@pytest.mark.parametrize("mechanism", ["", "PLAIN", "LOGIN", "USER", "SCRAM-SHA-1"])
async def test_pop3_signs_in_once_and_tells_what_is_there(servers: Servers, security: Security, mechanism: str) -> None:
    before = servers.logins("pop3")
    chosen = draft(servers.endpoint(POP3, security), None, username=USER)
    heard, chosen = await check(servers, chosen, mechanism=mechanism)
    assert all(fact.outcome in {Outcome.OK, Outcome.RUNNING} for fact in heard), heard.ends()
    assert heard.last().fact("mechanism") == (mechanism or "SCRAM-SHA-256")
    assert [heard.last().fact(name) for name in ("messages", "octets", "uidl")] == ["0", "0", "yes"]
    assert servers.logins("pop3") - before == 1


@each_security
@pytest.mark.parametrize("mechanism", ["", "PLAIN", "USER"])
async def test_pop3_costs_one_login_for_a_wrong_password_and_sending_is_not_tried(
    servers: Servers, security: Security, mechanism: str
) -> None:
    before = servers.logins()
    chosen = draft(servers.endpoint(POP3, security), servers.endpoint(SMTP, security), username=USER)
    heard, chosen = await check(servers, chosen, WRONG, mechanism=mechanism)
    assert (heard.last(POP3).step, heard.last(POP3).code) == (Step.SIGN_IN, "pop3.auth")
    assert heard.last(SMTP).code == "sign-in.refused-before"
    assert servers.logins() - before == 1
    assert diagnose(chosen.evidence)[0].cause == "wrong_password"


@each_protocol
@each_security
@pytest.mark.parametrize("mechanism", ["", "XOAUTH2", "OAUTHBEARER"])
async def test_a_token_signs_in(servers: Servers, protocol: Protocol, security: Security, mechanism: str) -> None:
    before = servers.logins()
    heard, _ = await check(servers, alone(servers, protocol, security), BEARER, mechanism=mechanism)
    assert (heard.last().step, heard.last().outcome) == (Step.SIGN_IN, Outcome.OK), heard.ends()
    assert heard.last().fact("mechanism") == (mechanism or "XOAUTH2")
    assert servers.logins() - before == 1


@each_protocol
@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
async def test_a_token_that_is_not_known_is_refused_with_the_reason(
    servers: Servers, protocol: Protocol, mechanism: str
) -> None:
    before = servers.logins()
    stale = Credential(USER, "ya29.stale", AuthKind.OAUTH2)
    heard, _ = await check(servers, alone(servers, protocol, TLS), stale, mechanism=mechanism)
    assert heard.last().code in {"imap.authenticationfailed", "pop3.auth", "smtp.535"}
    assert '"status":"' in heard.last().detail
    assert servers.logins() - before == 1


@each_protocol
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
async def test_scram_is_refused_for_a_wrong_password_with_one_login(
    servers: Servers, protocol: Protocol, mechanism: str
) -> None:
    before = servers.logins()
    heard, chosen = await check(servers, alone(servers, protocol, TLS), WRONG, mechanism=mechanism)
    assert heard.last().code in {"imap.authenticationfailed", "pop3.auth", "smtp.535"}
    assert servers.logins() - before == 1
    assert diagnose(chosen.evidence)[0].cause == "wrong_password"


async def test_postfix_refuses_a_wrong_password_with_its_status_code(servers: Servers) -> None:
    before = servers.logins()
    chosen = draft(None, servers.endpoint(SMTP, STARTTLS), username=USER)
    heard, chosen = await check(servers, chosen, WRONG)
    assert (heard.last().code, heard.last().enhanced) == ("smtp.535", "5.7.8")
    assert servers.logins() - before == 1
    assert diagnose(chosen.evidence)[0].cause == "wrong_password"


@each_protocol
async def test_tls_on_a_starttls_port_is_told_from_the_reverse_and_both_are_mended(
    servers: Servers, protocol: Protocol
) -> None:
    for spoken, expected in ((TLS, STARTTLS), (STARTTLS, TLS)):
        endpoint = Endpoint(protocol, "localhost", servers.port(protocol, expected), spoken)
        chosen = draft(endpoint, None) if protocol.incoming else draft(None, endpoint)
        heard, chosen = await check(servers, chosen, limits=Limits(step=5, check=20))
        last = heard.last()
        assert (last.step, last.code) == (
            (Step.ENCRYPT, "tls.not-tls") if spoken is TLS else (Step.GREETING, "timeout")
        )
        assert diagnose(chosen.evidence)[0].cause == "tls_mode_mismatch"
        found = await remedies(chosen, RealNet(ca_file=servers.ca_file))
        assert servers.endpoint(protocol, expected) in {remedy.candidate.endpoint for remedy in found}


@each_security
async def test_a_name_that_is_not_in_the_certificate_is_refused_before_any_login(
    servers: Servers, security: Security
) -> None:
    before = servers.logins()
    heard, chosen = await check(servers, both(servers, security, "127.0.0.1"))
    for protocol in (IMAP, SMTP):
        assert (heard.last(protocol).step, heard.last(protocol).code) == (Step.ENCRYPT, "tls.hostname")
        assert heard.last(protocol).fact("names") == "localhost"
    assert servers.logins() == before
    assert diagnose(chosen.evidence)[0].cause == "cert_name_mismatch"


@each_security
async def test_an_unknown_authority_is_refused_before_any_login(servers: Servers, security: Security) -> None:
    before = servers.logins()
    heard, chosen = await check(servers, both(servers, security), trusting=False)
    for protocol in (IMAP, SMTP):
        assert (heard.last(protocol).step, heard.last(protocol).outcome) == (Step.ENCRYPT, Outcome.FAIL)
        assert heard.last(protocol).code in {"tls.untrusted", "tls.incomplete-chain"}
    assert servers.logins() == before
    assert diagnose(chosen.evidence)[0].cause in {"cert_untrusted", "cert_incomplete_chain"}


@each_protocol
async def test_a_secret_never_goes_over_an_unencrypted_line(servers: Servers, protocol: Protocol) -> None:
    before = servers.logins()
    endpoint = Endpoint(protocol, "localhost", servers.port(protocol, STARTTLS), Security.NONE)
    chosen = draft(endpoint, None) if protocol.incoming else draft(None, endpoint)
    heard, _ = await check(servers, chosen)
    assert (heard.last().step, heard.last().code) == (Step.SIGN_IN, "secret.cleartext")
    assert servers.logins() == before


@dataclass(frozen=True, slots=True)
class Answered:
    """What the command line answered."""

    code: int
    answer: dict[str, Any]
    talk: str

    @property
    def causes(self) -> list[str]:
        """Return the causes, what blocks first at the front."""
        return [diagnosis["cause"] for diagnosis in self.answer["diagnoses"]]


def command(servers: Servers, home: Path, secret: str, *arguments: str, trusting: bool = True) -> Answered:
    """Run ``mailwizard check`` as a person would, with the secret on its standard input."""
    trust = ["--ca-file", str(servers.ca_file)] if trusting else []
    words = ["check", "--username", USER, "--password-stdin", "--json", *trust, *arguments]
    done = subprocess.run(
        [sys.executable, "-m", "mailwizard", *words],
        input=f"{secret}\n".encode(),
        capture_output=True,
        env={**os.environ, "HOME": str(home)},
        timeout=60,
        check=False,
    )
    printed = done.stdout.decode() + done.stderr.decode()
    assert secret not in printed and "Traceback" not in printed, printed
    return Answered(done.returncode, json.loads(done.stdout), done.stderr.decode())


def by_hand(servers: Servers, security: Security, host: str = "localhost") -> list[str]:
    """Return the arguments that name both servers."""
    return [f"--{protocol}={host}:{servers.port(protocol, security)}/{security}" for protocol in (IMAP, SMTP)]


@each_security
def test_the_command_proves_the_right_password(servers: Servers, home: Path, security: Security) -> None:
    before = servers.logins("imap"), servers.logins("smtp")
    result = command(servers, home, PASSWORD, *by_hand(servers, security))
    assert (result.code, result.answer["ok"], result.causes) == (0, True, []), result
    assert (servers.logins("imap") - before[0], servers.logins("smtp") - before[1]) == (1, 1)


@each_security
def test_the_command_names_a_wrong_password(servers: Servers, home: Path, security: Security) -> None:
    before = servers.logins()
    result = command(servers, home, WRONG.secret, *by_hand(servers, security))
    assert (result.code, result.answer["ok"], result.causes[0]) == (14, False, "wrong_password")
    assert servers.logins() - before == 1


@each_protocol
def test_the_command_names_the_wrong_security(servers: Servers, home: Path, protocol: Protocol) -> None:
    swapped = [(TLS, servers.port(protocol, STARTTLS), 12), (STARTTLS, servers.port(protocol, TLS), 13)]
    for security, port, code in swapped:
        wrong = f"--{protocol}=localhost:{port}/{security}"
        result = command(servers, home, PASSWORD, wrong, "--deadline", "6")
        assert (result.code, result.causes[:1]) == (code, ["tls_mode_mismatch"]), result


@each_security
def test_the_command_names_a_wrong_name_in_the_certificate(servers: Servers, home: Path, security: Security) -> None:
    before = servers.logins()
    result = command(servers, home, PASSWORD, *by_hand(servers, security, "127.0.0.1"))
    assert (result.code, result.causes[0]) == (12, "cert_name_mismatch")
    assert servers.logins() == before


def test_the_command_names_an_unknown_authority(servers: Servers, home: Path) -> None:
    result = command(servers, home, PASSWORD, *by_hand(servers, TLS), trusting=False)
    assert result.code == 12
    assert result.causes[0] in {"cert_untrusted", "cert_incomplete_chain"}


def test_the_command_reaches_without_a_login(servers: Servers, home: Path) -> None:
    before = servers.logins()
    result = command(servers, home, PASSWORD, *by_hand(servers, STARTTLS), "--until", "reach")
    assert (result.code, result.answer["ok"]) == (0, True), result
    assert servers.logins() == before
