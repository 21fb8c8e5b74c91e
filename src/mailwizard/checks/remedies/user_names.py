"""In which other forms a refused user name could be tried: pure, because each try costs a login."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailwizard import knowledge
from mailwizard.diagnosis.blame import may_be_the_name
from mailwizard.draft import Draft
from mailwizard.knowledge.provider_card import ProviderCard, filled
from mailwizard.model import Address, Candidate, Diagnosis, Outcome, Remedy, Step

ONE_LOGIN = "one more login"
MOST = 3
"""Forms that are offered at once."""


def user_names(draft: Draft, diagnoses: Sequence[Diagnosis]) -> Iterator[Remedy]:
    """Yield the other forms of each user name that was refused, the most usual first; none was tried."""
    told: set[str] = set()
    for candidate in draft.chosen:
        others = _others(candidate, draft)
        if not others or not _refused(candidate, draft, diagnoses):
            continue
        for name in others:
            if name.casefold() not in told:
                told.add(name.casefold())
                changed = replace(candidate, username=name)
                yield Remedy(f"Sign in as {name}", candidate.endpoint, changed, ONE_LOGIN)


def _refused(candidate: Candidate, draft: Draft, diagnoses: Sequence[Diagnosis]) -> bool:
    """Return whether a server refused what it was told, and the user name may be why."""
    refusals = [
        at
        for at, seen in enumerate(draft.evidence)
        if seen.subject == str(candidate.endpoint)
        and seen.step is Step.SIGN_IN
        and seen.outcome is Outcome.FAIL
        and seen.fact("secret") == "sent"
    ]
    used = candidate.username or str(draft.address or "")
    documented = not (_card(candidate, draft) and used not in _forms(candidate, draft, used))
    return any(
        may_be_the_name([one for one in diagnoses if at in one.evidence], documented=documented) for at in refusals
    )


def _others(candidate: Candidate, draft: Draft) -> list[str]:
    """Return the forms that this server has not refused yet."""
    used = candidate.username or str(draft.address or "")
    place = candidate.endpoint.place
    gone = {used.casefold(), *(name.casefold() for where, name in draft.refused_names if where == place)}
    return [name for name in _forms(candidate, draft, used) if name and name.casefold() not in gone][:MOST]


def _forms(candidate: Candidate, draft: Draft, used: str) -> list[str]:
    """Return the forms that the provider documents; where it documents none, those that servers mostly take.

    A provider that hands out names of its own leaves nothing to guess.
    """
    address = draft.address or Address.of_username(used)
    if address is None:
        return []
    card = _card(candidate, draft)
    documented = (
        [fact.username for fact in card.servers if fact.protocol is candidate.endpoint.protocol] if card else []
    )
    if documented and not any(documented):
        return []
    forms = [*documented, *(card.forms if card else ())]
    usual = ("{domain}\\{local}", "full", "{realm}\\{local}") if candidate.endpoint.protocol.web else ("full", "local")
    return list(dict.fromkeys(filled(form, address) for form in forms or usual))


def _card(candidate: Candidate, draft: Draft) -> ProviderCard | None:
    """Return the card of the provider that runs this server, also where only its greeting gives that away."""
    name = candidate.provider or knowledge.by_host(candidate.endpoint.host) or _greeted_as(candidate, draft)
    return knowledge.provider(name)


def _greeted_as(candidate: Candidate, draft: Draft) -> str:
    """Return the card of the product that a server says it is."""
    own = [seen for seen in draft.evidence if seen.subject == str(candidate.endpoint) and seen.step is Step.GREETING]
    return next((card for seen in own if (card := knowledge.by_greeting(seen.detail))), "")
