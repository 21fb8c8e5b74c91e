"""A sign-in that works today and will not for long is a warning, and reads right before and after its day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.unit.scripted import ALICE, Act, Heard, Peer, Script, draft, net

from mailwizard import knowledge
from mailwizard.checks import verify
from mailwizard.checks.ending import CODE, warn_of_the_end
from mailwizard.checks.order import Order
from mailwizard.diagnosis import diagnose
from mailwizard.knowledge.provider_card import DatedFact
from mailwizard.model import (
    AuthKind,
    Credential,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Step,
    Until,
)
from mailwizard.witness import Note

MICROSOFT = Endpoint(Protocol.SMTP, "smtp.office365.com", 587, Security.STARTTLS)
WORKMAIL = Endpoint(Protocol.IMAP, "imap.mail.us-east-1.awsapps.com", 993, Security.TLS)
TAKEN: Script = [
    *(Act.TLS, b"220 hi\r\n", "EHLO", b"250-x\r\n250 AUTH LOGIN PLAIN\r\n", "AUTH PLAIN "),
    *(b"235 2.7.0 in\r\n", Act.WAIT),
]


def noted(endpoint: Endpoint, day: date, kind: AuthKind = AuthKind.PASSWORD) -> Note:
    """Return what is noted of a sign-in that worked on a day."""
    note = Note()
    warn_of_the_end(Order(endpoint, Until.SIGN_IN, Credential("a@b.example", "secret", kind)), note, day)
    return note


@pytest.mark.parametrize(
    ("endpoint", "day", "words"),
    [
        (MICROSOFT, date(2026, 6, 1), "At the end of December 2026 Microsoft switches"),
        (MICROSOFT, date(2026, 11, 21), "only for some weeks more: at the end of December 2026"),
        (MICROSOFT, date(2026, 12, 30), "only for some weeks more: at the end of December 2026"),
        (MICROSOFT, date(2027, 1, 1), "off by default since the end of December 2026"),
        (WORKMAIL, date(2026, 11, 21), "closes WorkMail on 31 March 2027: move"),
        (WORKMAIL, date(2027, 3, 31), "in a few weeks"),
    ],
)
def test_what_will_end_is_a_warning_that_follows_the_calendar(endpoint: Endpoint, day: date, words: str) -> None:
    note = noted(endpoint, day)
    assert (note.outcome, note.code) == (Outcome.WARN, CODE)
    assert words in note.detail
    seen = Evidence(str(endpoint), Step.SIGN_IN, note.outcome, note.code, detail=note.detail, facts=note.facts)
    provider = "microsoft365" if endpoint is MICROSOFT else "workmail-us-east-1"
    (found,) = diagnose([seen], provider=provider, today=day.isoformat())
    assert found.cause == "service_retired"
    assert found.title == "This way in works today, but not for long"
    assert words in found.why
    assert found.guide in {"microsoft365.smtp-auth-end", "workmail-us-east-1.leave"}
    assert ("WorkMail" in found.why) is (endpoint is WORKMAIL)


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        (MICROSOFT, AuthKind.OAUTH2),
        (Endpoint(Protocol.SMTP, "smtp.gmail.com", 465, Security.TLS), AuthKind.APP_PASSWORD),
        (Endpoint(Protocol.SMTP, "smtp.nowhere.example", 465, Security.TLS), AuthKind.PASSWORD),
    ],
)
def test_what_goes_on_is_no_warning(endpoint: Endpoint, kind: AuthKind) -> None:
    note = noted(endpoint, date(2026, 11, 21), kind)
    assert (note.outcome, note.code, note.facts) == (Outcome.OK, "", ())


async def test_a_check_that_passes_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = DatedFact("It ends tomorrow.", cause="service_retired")
    monkeypatch.setattr(knowledge, "ending", lambda *_: fact)
    async with Peer(TAKEN) as peer:
        heard = Heard()
        await verify(
            draft(None, peer.endpoint(Protocol.SMTP, Security.TLS)), ALICE, net(tmp_path), heard, Until.SIGN_IN
        )
    last = heard.last()
    assert (last.step, last.outcome, last.code) == (Step.SIGN_IN, Outcome.WARN, CODE)
    assert "signed in as" in last.detail and "It ends tomorrow." in last.detail
    assert "It ends tomorrow." in diagnose(heard)[0].why
