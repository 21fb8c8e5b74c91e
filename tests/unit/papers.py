"""Files that people send each other, and what a hostile one looks like."""

from __future__ import annotations

import json
from typing import Any

from mailwizard.model import (
    Account,
    Address,
    AuthKind,
    Confidence,
    Diagnosis,
    Endpoint,
    Evidence,
    Identity,
    Outcome,
    Protocol,
    Role,
    Security,
    Server,
    State,
    Step,
    Until,
)
from mailwizard.operations import handoff, papers, request
from mailwizard.storage.profiles import Saved

ALICE = Address.parse("alice@example.com")
SERVER = Server(
    "office",
    Endpoint(Protocol.IMAP, "imap.example.com", 993, Security.TLS),
    Endpoint(Protocol.SMTP, "smtp.example.com", 587, Security.STARTTLS),
    mechanism="PLAIN",
    domain="ACME",
    description="For everybody",
)
ACCOUNT = Account(
    "work",
    ALICE,
    "office",
    "alice",
    display_name="Alice Doe",
    role=Role.COMPANY,
    owner="alice",
    reply_to=Address.parse("help@example.com"),
    identities=(Identity(Address.parse("sales@example.com"), "Sales"),),
)
SMTP = "smtp://smtp.office365.com:587/starttls"
OFF = Evidence(SMTP, Step.SIGN_IN, Outcome.FAIL, "smtp.535", "5.7.139", "SmtpClientAuthentication is disabled")
CAUSE = Diagnosis("smtp_auth_disabled_mailbox", "Off", "Why", (), ("admin",), Confidence.CERTAIN, "", (0,))


def saved(account: Account = ACCOUNT, server: Server = SERVER) -> Saved:
    """Return an account as it is loaded."""
    return Saved(account, server, ())


def handed(**changes: Any) -> bytes:
    """Return a hand-off file, with some of it changed."""
    return changed(handoff.make(saved(), maker="root", note="Call me"), changes)


def asked(**changes: Any) -> bytes:
    """Return a request file, with some of it changed."""
    return changed(request.make(ALICE, "microsoft365", [CAUSE], [OFF], maker="alice"), changes)


def answered(**changes: Any) -> bytes:
    """Return an answer file, with some of it changed."""
    paper = request.make(ALICE, "microsoft365", [CAUSE], [OFF])
    return changed(request.answer(paper, [("done", "since noon")], maker="root"), changes)


def changed(paper: papers.Paper, changes: dict[str, Any]) -> bytes:
    """Return a file with some keys changed; ``account__username`` is a key inside ``account``."""
    tree = json.loads(papers.encode(paper))
    for key, value in changes.items():
        outer, _, inner = key.partition("__")
        if inner:
            tree[outer][inner.replace("__", ".")] = value
        else:
            tree[outer] = value
    return json.dumps(tree).encode()


FULL = Account(
    **{
        **{field: getattr(ACCOUNT, field) for field in ("name", "address", "server", "username", "owner")},
        "secret": 'cmd:["touch", "MARK-secret"]',
        "state": State.VERIFIED,
        "verified_at": "MARK-at",
        "verified_until": Until.SIGN_IN,
        "verified_by": ("MARK-by",),
        "cause": "MARK-cause",
        "broken_since": "MARK-since",
        "issuer": "google",
    }
)
"""An account with everything that no such file may tell."""
TOKENS = Server("mail", SERVER.incoming, SERVER.outgoing, AuthKind.OAUTH2, AuthKind.OAUTH2, "gmail")
