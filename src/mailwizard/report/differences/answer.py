"""What the other end says to the same question: something was switched, granted, lifted, or passed by itself."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard.model import Step
from mailwizard.report.difference import HINT, LIKELY, POSSIBLE, SURE, Difference, Found, compared
from mailwizard.report.pairs import INSIDE, REACHING, Kind, Pair, Parting, Whose
from mailwizard.report.sides import INCOMING, OUTGOING

_PASSING = frozenset(
    {"temporary_rejection", "rate_limited", "greylisted", "too_many_connections", "server_unavailable", "no_greeting"}
    | {"server_stalled", "daily_limit", "mailbox_in_use", "conn_dropped", "conn_reset", "dns_temp_failure"}
    | {"recipient_rate_limited", "account_locked", "oauth_device_pending"}
)
"""Causes that pass by themselves."""
_SWITCHES = {
    "smtp_auth_disabled_mailbox": "SMTP AUTH",
    "smtp_auth_disabled_tenant": "SMTP AUTH",
    "smtp_disabled": "sending by programs",
    "imap_disabled": "IMAP",
    "pop_disabled": "POP3",
    "ews_blocked": "Exchange Web Services",
    "ews_app_policy_blocked": "Exchange Web Services for this program",
    "no_client_access": "access for programs",
    "api_not_enabled": "the programming interface",
    "basic_auth_retired": "signing in with a password",
    "oauth_admin_blocked": "this program",
    "consent_required": "this program",
}
"""Causes that are a switch at the provider, and what it switches."""
_OTHERS = frozenset({"admin", "provider", "recipient", "network"})


def find(pair: Pair) -> Iterator[Found]:
    """Yield what the servers say of themselves, and how their answer to the same question changed."""
    for way in (INCOMING, OUTGOING):
        a, b = pair.on(way)
        parting = pair.parting(way)
        if a and b:
            yield from _offers(way, a.fact("mechanisms"), b.fact("mechanisms"), parting)
    for parting in pair.partings:
        asked_alike = parting.same_host or not parting.course(parting.worse).endpoint
        if parting.kind in {Kind.FAILS, Kind.WARNS} and asked_alike:
            yield from _changed(pair, parting)


def _offers(way: str, a: str, b: str, parting: Parting | None) -> Iterator[Found]:
    """Say which mechanisms each side was offered."""
    texts = " ".join(sorted(a.split())), " ".join(sorted(b.split()))
    for found in compared("mechanisms-offered", "mechanisms on offer", *texts, way):
        if isinstance(found, Difference) and parting is not None and parting.same_host and parting.step is Step.SIGN_IN:
            lacks = parting.bad.code in {"sign-in.no-mechanism", "sign-in.not-offered", "sign-in.kind"}
            said = f"The server offers other mechanisms in {parting.worse.name} than in {parting.better.name}."
            yield Difference(found.slug, found.label, *texts, way, SURE if lacks else HINT, said)
        else:
            yield found


def _changed(pair: Pair, parting: Parting) -> Iterator[Found]:
    """Say what became of the answer to the same question."""
    cause = next(iter(parting.causes), "")
    diagnosis = parting.worse.diagnosis(parting.bad)
    said = {parting.worse.name: _said(parting), parting.better.name: "ok"}
    if cause in _PASSING or parting.bad.enhanced.startswith("4."):
        text = (
            f"What fails in {parting.worse.name} is of the kind that passes by itself ({_said(parting)}); "
            f"{parting.better.name} ran when it had not begun or was over."
        )
        yield Difference("passing", "the answer", said["A"], said["B"], parting.way, POSSIBLE + 5, text)
    elif cause in _SWITCHES and parting.step not in REACHING:
        yield Difference(
            *("switched", "the provider's answer", said["A"], said["B"], parting.way),
            SURE + 1,
            _switched(pair, parting, _SWITCHES[cause]),
        )
    elif diagnosis is not None and parting.step in INSIDE and set(diagnosis.who) & _OTHERS:
        text = (
            f"To the same question the answer is another one: {parting.worse.name} is told {_quoted(parting)}, "
            f"{parting.better.name} is let through. {_between(pair, parting)}"
        )
        points = LIKELY if "user" not in diagnosis.who else POSSIBLE
        points = POSSIBLE if pair.whose is Whose.OTHER else points
        yield Difference("answer", "the provider's answer", said["A"], said["B"], parting.way, points, text)


def _switched(pair: Pair, parting: Parting, what: str) -> str:
    """Say that something is off on one side and on on the other."""
    worse, better = parting.worse.name, parting.better.name
    if pair.whose is Whose.OTHER:
        return f"They are different accounts: {what} is switched off for the one of {worse}, on for that of {better}."
    start = f"In {worse} {what} is switched off ({_said(parting)}), in {better} it is on"
    later = parting.better.report.made >= parting.worse.report.made
    return f"{start}: it was switched {'on' if later else 'off'} between the two."


def _between(pair: Pair, parting: Parting) -> str:
    if pair.whose is Whose.OTHER:
        return "They are different accounts."
    later = parting.better.report.made >= parting.worse.report.made
    return "Somebody at the provider mended it in between." if later else "Something was changed there in between."


def _said(parting: Parting) -> str:
    """Return a failure in a word or two."""
    return " ".join(part for part in (parting.bad.code, parting.bad.enhanced) if part)


def _quoted(parting: Parting) -> str:
    text = parting.bad.detail[:120]
    return f'"{text}"' if text else _said(parting)
