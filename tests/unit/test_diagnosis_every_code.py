"""Every code that the source tells leads to a cause, or to plain words where no cause of the vocabulary fits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mailwizard
from mailwizard import knowledge
from mailwizard.diagnosis import diagnose
from mailwizard.model import Evidence, Outcome, Step

TOLD = re.compile(
    r'(?:Failure|warn)\(\s*"([a-z0-9]+(?:[.-][a-z0-9-]+)*)"'
    r'|^[A-Z0-9_]+ = "((?:discover|hosts|delivery|sender|ipv6|store)\.[a-z0-9-]+)"$',
    re.MULTILINE,
)
LITERAL = re.compile(r'"((?:sender|delivery|hosts|ipv6|sign-in)\.[a-z0-9-]+)"')
"""Codes of a check that are told by a function of their own."""
SKIPS = {
    *("delivery.not-sent", "delivery.no-mailbox", "delivery.no-sent-folder"),
    *("sign-in.kind", "sign-in.refused-before", "sender.unasked"),
}
"""Codes that only ever say why something was left out."""
STEPS = {
    "store": Step.STORE,
    "dns": Step.RESOLVE,
    "hosts": Step.RESOLVE,
    "net": Step.RESOLVE,
    "tcp": Step.CONNECT,
    "ipv6": Step.CONNECT,
    "tls": Step.ENCRYPT,
    "starttls": Step.ENCRYPT,
    "reply": Step.GREETING,
    "timeout": Step.GREETING,
    "secret": Step.SIGN_IN,
    "sign-in": Step.SIGN_IN,
    "imap": Step.SIGN_IN,
    "ews": Step.SIGN_IN,
    "graph": Step.GREETING,
    "http": Step.DISCOVER,
    "document": Step.DISCOVER,
    "discover": Step.DISCOVER,
    "autodiscover": Step.DISCOVER,
    "delivery": Step.MAILBOX,
    "sender": Step.MAIL_FROM,
    "oauth": Step.TOKEN,
    "cancelled": Step.TOKEN,
    "bug": Step.CAPABILITIES,
}
"""Where a code of each family is told."""


SERVER = "imap://mail.example.com:993/tls"


def codes() -> list[str]:
    """Return every code in the source."""
    files = Path(mailwizard.__file__).parent.rglob("*.py")
    found = {code for file in files for pair in TOLD.findall(file.read_text(encoding="utf-8")) for code in pair if code}
    checks = (Path(mailwizard.__file__).parent / "checks").rglob("*.py")
    found |= {code for file in checks for code in LITERAL.findall(file.read_text(encoding="utf-8"))} - SKIPS
    return sorted(found - {"contoso.example", "fabrikam.example"})


@pytest.mark.parametrize("code", codes())
def test_a_code_of_the_source_is_never_left_without_an_answer(code: str) -> None:
    step = STEPS[code.partition(".")[0]]
    off_the_wire = {Step.STORE: "vault", Step.DISCOVER: "autoconfig"}
    server = "ews://mail.example.com:443/EWS/Exchange.asmx" if code.startswith("ews.") else SERVER
    subject = off_the_wire.get(step, server)
    first = diagnose([Evidence(subject, step, Outcome.FAIL, code)])[0]
    if first.cause == "unexplained":
        meanings = dict(knowledge.problems()["unexplained"].meanings)
        assert code in meanings, f"{code} ends without an explanation"
        assert first.why.startswith(meanings[code])


def test_the_codes_were_found() -> None:
    wanted = {"tls.expired", "store.full", "sender.utf8", "sender.mta-sts", "delivery.left", "tcp.closed", "bug"}
    assert wanted - set(codes()) <= {"tls.expired"}
    assert len(codes()) > 50
