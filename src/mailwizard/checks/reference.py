"""Compare with servers that are known to answer everybody: is it the server, the port or the network?

Nothing of this happens without a person's consent, because it tells strangers that this machine is here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from mailwizard import knowledge
from mailwizard.checks.trial import Trial, attempt
from mailwizard.draft import Draft
from mailwizard.model import STANDARD_PORTS, Candidate, Endpoint, Evidence, Facts, Outcome, Protocol, Security, Step
from mailwizard.net import Net
from mailwizard.witness import Tell, Witness

LIMIT = 5.0
"""Seconds that one well-known server may take."""
MOST = 4
"""Well-known servers that are asked for one port."""
CONTROLS = (993, 465)
"""The ports that are open nearly everywhere, the first one first."""

_STEPS = frozenset({Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES})
"""Where a failure may be the network's: before anybody signs in."""
_OF_THE_SERVER = frozenset({"tls.expired", "tls.not-yet-valid", "dns.nxdomain", "dns.nodata", "dns.bad-name"})
"""What a comparison would not explain."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A well-known server, and whose it is."""

    endpoint: Endpoint
    owner: str


def REFERENCE_SENTENCE(draft: Draft) -> str:
    """Return the question for consent: who is contacted, and what they learn; nothing where nobody would be."""
    asked = [one for _, references in comparisons(draft) for one in references]
    if not asked:
        return ""
    who = _listed([f"{one.endpoint.host} ({one.owner})" for one in dict.fromkeys(asked)])
    ports = sorted({one.endpoint.port for one in asked})
    where = f"port{'s' if len(ports) > 1 else ''} {_listed(list(map(str, ports)))}"
    return (
        f"Compare with well-known servers? {who} would be contacted on {where}. "
        "They learn the internet address of this machine and nothing else: no name, no mail address, no password."
    )


def comparisons(draft: Draft) -> tuple[tuple[Endpoint, tuple[Reference, ...]], ...]:
    """Return the chosen endpoints whose failure a comparison may explain, each with whom to compare."""
    failed = [candidate.endpoint for candidate in draft.chosen if _unexplained(draft.evidence, candidate)]
    pairs = ((endpoint, _references(endpoint, draft.provider)) for endpoint in failed)
    return tuple((endpoint, references) for endpoint, references in pairs if references)


async def compare_with_reference(draft: Draft, net: Net, tell: Tell, limit: float = LIMIT) -> None:
    """Speak to well-known servers on the ports that failed, and tell of each whether it answered within ``limit``.

    The evidence is about the endpoint that failed. Only for a caller who has a person's consent.
    """
    asked = comparisons(draft)
    places = tuple(dict.fromkeys(one.endpoint for _, references in asked for one in references))
    trials = await asyncio.gather(*(attempt(endpoint, net, min(limit, LIMIT)) for endpoint in places))
    answers = dict(zip(places, trials, strict=True))
    for endpoint, references in asked:
        witness = Witness(str(endpoint), tell)
        for one in references:
            _tell(witness, endpoint, one, answers[one.endpoint])


def _unexplained(evidence: Sequence[Evidence], candidate: Candidate) -> bool:
    """Return whether a server's check failed before anybody signed in, for a reason that may be the network's."""
    subject = str(candidate.endpoint)
    return any(
        seen.subject == subject
        and seen.outcome is Outcome.FAIL
        and seen.step in _STEPS
        and seen.code not in _OF_THE_SERVER
        for seen in evidence
    )


def _references(endpoint: Endpoint, provider: str) -> tuple[Reference, ...]:
    """Return whom to compare with, the person's own provider first: on the same port, and one on another port.

    That one tells a closed port from a network that is down.
    """
    same = _on(endpoint.port, endpoint, provider)[:MOST]
    other = next((found for port in CONTROLS if port != endpoint.port and (found := _on(port, endpoint, provider))), ())
    return same + other[:1]


def _on(port: int, but: Endpoint, provider: str) -> tuple[Reference, ...]:
    """Return the well-known servers on a port, the provider's own first, all on hosts other than the failed one's."""
    ranked = sorted(knowledge.references(port), key=lambda place: place[1] != provider)
    return tuple(Reference(_usual(host, port), _owner(card)) for host, card in ranked if host != but.host)


def _owner(card: str) -> str:
    """Return what people call whoever runs a server."""
    found = knowledge.provider(card)
    return found.name if found else card


def _usual(host: str, port: int) -> Endpoint:
    """Return how to speak to a well-known server, whose ports mean what the standards say."""
    usual = {number: (protocol, security) for (protocol, security), number in STANDARD_PORTS.items()}
    protocol, security = usual.get(port, (Protocol.SMTP, Security.STARTTLS))
    return Endpoint(protocol, host, port, Security.TLS if security is Security.TLS else Security.STARTTLS)


def _tell(witness: Witness, failed: Endpoint, reference: Reference, trial: Trial) -> None:
    """Tell how a well-known server answered, as a fact about the endpoint that did not."""
    port = trial.endpoint.port
    same = "the same port" if port == failed.port else f"port {port}"
    facts: Facts = (
        ("reference", reference.endpoint.host),
        ("reference-port", str(port)),
        ("reference-answered", "yes" if trial.connected else "no"),
        ("reference-code", trial.code or "ok"),
    )
    if issuer := trial.fact("issuer"):
        facts += (("reference-issuer", issuer),)
    code = "reference.answered" if trial.connected else "reference.silent"
    how = "answers" if trial.good else f"reached, then {trial.code}" if trial.connected else f"no answer ({trial.code})"
    detail = f"{reference.owner}: {how} on {same} ({reference.endpoint.host}, for comparison)"
    outcome = Outcome.OK if trial.connected else Outcome.WARN
    took = sum(seen.seconds for seen in trial.seen)
    witness.remark(Evidence("", Step.CONNECT, outcome, code, detail=detail, seconds=took, facts=facts))


def _listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
