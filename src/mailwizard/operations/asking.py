"""What is known to be wrong with an account, from where it was kept or from what a check printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from mailwizard import knowledge
from mailwizard.diagnosis import diagnose
from mailwizard.diagnosis.reading import Reading
from mailwizard.diagnosis.wording import Names, word
from mailwizard.model import Address, Confidence, Diagnosis, Evidence, Failure, Outcome, Step
from mailwizard.net.clean import clean, shown_word

LIMIT = 4 * 1024 * 1024
"""Bytes of what a check printed, with a transcript."""
_HOST = re.compile(r"[a-z0-9]+://([a-z0-9.-]+):")


@dataclass(frozen=True, slots=True)
class Known:
    """Whose account it is, and what is wrong with it."""

    address: Address
    provider: str
    diagnoses: tuple[Diagnosis, ...]
    evidence: tuple[Evidence, ...] = ()


class _Cause(msgspec.Struct):
    """A diagnosis as a check prints it."""

    cause: str
    title: str
    who: str
    guide: str = ""
    evidence: tuple[int, ...] = ()


class _Seen(msgspec.Struct):
    """Evidence as a check prints it."""

    subject: str
    step: Step
    outcome: Outcome
    code: str = ""
    enhanced: str = ""
    detail: str = ""
    facts: tuple[tuple[str, str], ...] = ()


class _Printed(msgspec.Struct):
    """What a check prints, as far as it is of use here."""

    diagnoses: tuple[_Cause, ...]
    evidence: tuple[_Seen, ...] = ()


def checked(data: bytes, account: str) -> Known:
    """Return what a check printed about a saved account or an address.

    Raises:
        ValueError: with one sentence for a person.
        Failure: ``store.…``.
    """
    if len(data) > LIMIT:
        raise ValueError("That is too large to be what mailwizard check --json prints.")
    try:
        printed = msgspec.json.decode(data, type=_Printed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise ValueError(f"That is not what mailwizard check --json prints: {clean(str(wrong), 200)}.") from None
    address, provider, _ = _account(account)
    causes = tuple(
        Diagnosis(one.cause, one.title, "", (), tuple(one.who.split("/")), Confidence.LIKELY, "", one.evidence)
        for one in printed.diagnoses
    )
    seen = tuple(
        Evidence(clean(e.subject), e.step, e.outcome, clean(e.code), clean(e.enhanced), clean(e.detail), 0.0, e.facts)
        for e in printed.evidence
    )
    owners = [one.guide.partition(".")[0] for one in printed.diagnoses]
    guided = next((owner for owner in owners if owner != "general" and knowledge.provider(owner)), "")
    return Known(address, guided or _behind(seen) or provider, causes, seen)


def kept(account: str) -> Known:
    """Return what was kept of the last check: with the unfinished draft of an address, else with the saved account.

    Raises:
        ValueError: where neither says what is wrong.
        Failure: ``store.…``.
    """
    from mailwizard.storage import drafts

    address, provider, cause = _account(account)
    draft = None
    with suppress(Failure):
        draft = drafts.resume()
    if not cause and draft is not None and draft.address == address and draft.evidence:
        found = diagnose(draft.evidence, provider=draft.provider, address=address)
        return Known(address, draft.provider, found, draft.evidence)
    card = knowledge.problems().get(cause)
    if card is None:
        raise ValueError(
            f"Nothing is known to be wrong with {address.display}. To find out and to ask at once: mailwizard check "
            f"{shown_word(account)} --json | mailwizard request {shown_word(account)} --from-check -"
        )
    names = Names.of(address, "")
    said = word(
        card,
        Reading(provider=provider),
        names=names,
        confidence=Confidence.LIKELY,
        guide="",
        evidence=(),
        today="",
    )
    return Known(address, provider, (said,))


def _account(text: str) -> tuple[Address, str, str]:
    """Return the address of an account, the provider behind its servers and the cause that makes it broken.

    Raises:
        ValueError: for what is neither an account nor an address.
        Failure: ``store.…``.
    """
    from mailwizard.storage import profiles
    from mailwizard.storage.listing import load_all

    try:
        saved = profiles.load(text)
    except Failure as failure:
        if failure.code != "store.missing" or "@" not in text:
            raise
        address = Address.parse(text)
        found = next((one for one in load_all().accounts if one.account.address == address), None)
        if found is None:
            return address, _provider(address), ""
        saved = found
    return saved.account.address, saved.server.provider, saved.account.cause


def _provider(address: Address) -> str:
    """Return the provider of an address's own domain; nothing where no card names it."""
    card = knowledge.by_domain(address.domain)
    return card.id if card else ""


def _behind(seen: Iterable[Evidence]) -> str:
    """Return the provider whose server was asked; nothing where no card has it, or several."""
    hosts = (end[1] for one in seen if (end := _HOST.match(one.subject)))
    return next((card for host in hosts if (card := knowledge.by_host(host))), "")
