"""Is it safe to send as this From? One verdict from all that a check saw, and what to publish where it is not: pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mailwizard import knowledge
from mailwizard.checks.deliverability import dmarc
from mailwizard.checks.deliverability.publishing import Publication, dmarc_start, spf_with
from mailwizard.checks.deliverability.spf import LOOKUPS
from mailwizard.draft import Draft
from mailwizard.model import Address, Evidence, Outcome, Step
from mailwizard.net.names import registered_domain


class Safety(StrEnum):
    """How safe it is to send as a From."""

    SAFE = "safe"
    """A receiver found that DMARC passes, or SPF or DKIM for the very domain in From."""
    PROBABLY = "probably-safe"
    """What is published fits this server; no receiver has judged a message."""
    AT_RISK = "at-risk"
    """Receivers may put the mail into junk."""
    NOT_SAFE = "not-safe"
    """The mail would be refused, or does not arrive as this From."""
    UNKNOWN = "unknown"


WORDS = {
    Safety.SAFE: "Safe to send as {sender}",
    Safety.PROBABLY: "Probably safe to send as {sender}",
    Safety.AT_RISK: "Not quite safe to send as {sender}, it may land in junk",
    Safety.NOT_SAFE: "Not safe to send as {sender}",
    Safety.UNKNOWN: "Whether it is safe to send as {sender} could not be found out",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one From address."""

    sender: Address
    safety: Safety
    reasons: tuple[str, ...]
    """Why, each a clause without a period."""
    publish: tuple[Publication, ...] = ()
    code: str = ""
    """The code of what is worst; empty where nothing is wrong."""
    refused: bool = False
    """Whether the server itself refused the From, which has been told as a failure."""

    @property
    def why(self) -> str:
        """Return the reasons in one line, without a period."""
        return "; ".join(self.reasons)

    @property
    def sentence(self) -> str:
        """Return the verdict for a person."""
        verdict = WORDS[self.safety].format(sender=self.sender.display)
        return f"{verdict}: {self.why}." if self.reasons else f"{verdict}."

    def evidence(self, subject: str) -> Evidence:
        """Return the same as evidence about the outgoing server."""
        records = tuple(("publish", one.line) for one in self.publish)
        facts = (
            ("record", "standing"),
            ("verdict", str(self.safety)),
            ("from", self.sender.display),
            ("why", self.why),
            *records,
        )
        outcome = Outcome.SKIP if self.refused else Outcome.WARN if self.code else Outcome.OK
        return Evidence(subject, Step.MAIL_FROM, outcome, self.code, detail=self.sentence, facts=facts)


@dataclass(slots=True)
class _Case:
    """What speaks for and against, while it is collected."""

    reasons: list[str] = field(default_factory=list)
    publish: list[Publication] = field(default_factory=list)
    code: str = ""


def standings(evidence: Iterable[Evidence], draft: Draft, senders: Sequence[Address] = ()) -> tuple[Standing, ...]:
    """Return what holds for each From that was asked about; nothing where none was."""
    seen = [one for one in evidence if one.outcome is not Outcome.RUNNING]
    asked = senders or ((draft.address,) if draft.address else ())
    return tuple(held for sender in asked if (held := _standing(seen, draft, sender)) is not None)


def _standing(seen: list[Evidence], draft: Draft, sender: Address) -> Standing | None:
    """Return what holds for a From, or ``None`` where the server was not asked about it."""
    asked = [
        one
        for one in seen
        if one.step in {Step.MAIL_FROM, Step.RCPT_TO} and one.fact("from") == sender.display and not one.fact("verdict")
    ]
    if not asked:
        return None
    case = _Case()
    refused = next((one for one in asked if one.outcome is Outcome.FAIL), None)
    if refused is not None:
        if not refused.code.startswith("smtp.5"):
            return None
        reasons = ["the server does not let this account write as it", *_from_rule(draft, sender)]
        return Standing(sender, Safety.NOT_SAFE, tuple(reasons), refused=True)
    arrived = next((one for one in seen if one.fact("written-as") == str(sender)), None)
    safety = _judge(seen, arrived, sender, case)
    if not _ones_own(sender):
        case.publish = []
    if safety is not Safety.SAFE:
        case.reasons += _from_rule(draft, sender)
    bad = safety in {Safety.AT_RISK, Safety.NOT_SAFE}
    return Standing(sender, safety, tuple(case.reasons), tuple(case.publish), case.code if bad else "")


def _judge(seen: list[Evidence], arrived: Evidence | None, sender: Address, case: _Case) -> Safety:
    """Weigh what a receiver found, else what is published."""
    found = {one.fact("record"): one for one in seen if one.fact("domain") == sender.domain}
    _advise(found, sender, case)
    if arrived is not None:
        author = arrived.fact("from")
        if author and author.lower() != str(sender).lower():
            case.reasons.append(f"the message arrived as {author}")
            case.code = "delivery.from-rewritten"
            return Safety.NOT_SAFE
        judged = _received(seen, arrived, sender, found.get("dmarc"), case)
        if judged is not None:
            return judged
    return _published(found, arrived, sender, case)


def _received(
    seen: list[Evidence], arrived: Evidence, sender: Address, policy: Evidence | None, case: _Case
) -> Safety | None:
    """Return what the receiver's own findings come to; ``None`` where it left none."""
    results = [arrived.fact(method) for method in ("spf", "dkim", "dmarc")]
    missing = [one for one in seen if one.fact("record") == "dkim" and one.code == "sender.dkim"]
    for one in missing:
        case.reasons.append(one.detail)
        name = f"{one.fact('selector')}._domainkey.{one.fact('dkim-domain')}"
        case.publish.append(Publication(name, "TXT", "", "the key that the provider shows for this name"))
    if not any(results):
        return None
    who = f"the receiver {arrived.fact('found-by')}".rstrip()
    aligned = [
        method
        for method, domain in (("SPF", _domain(arrived.fact("return-path"))), ("DKIM", arrived.fact("signer")))
        if arrived.fact(method.lower()) == "pass" and _same(domain, sender.domain, policy, method)
    ]
    listed = ", ".join(f"{name} {said}" for name, said in zip(("SPF", "DKIM", "DMARC"), results, strict=True) if said)
    case.reasons.append(f"{who} found {listed}")
    if arrived.fact("dmarc") == "pass" or (aligned and arrived.fact("dmarc") not in {"fail", "permerror"}):
        if arrived.code == "delivery.junk":
            case.reasons.append("yet the message went to junk")
            case.code = "delivery.junk"
            return Safety.AT_RISK
        return Safety.SAFE
    case.code = "sender.dmarc" if arrived.fact("dmarc") in {"fail", "permerror"} or not missing else "sender.dkim"
    if not arrived.fact("signed"):
        case.reasons.append("the message carries no DKIM signature: switch DKIM on where the mail is sent from")
    strong = policy is not None and policy.fact("dmarc") in {"quarantine", "reject"}
    return Safety.NOT_SAFE if strong else Safety.AT_RISK


def _published(found: dict[str, Evidence], arrived: Evidence | None, sender: Address, case: _Case) -> Safety:
    """Return what the published records come to by themselves."""
    spf, policy = found.get("spf"), found.get("dmarc")
    if arrived is not None:
        case.reasons.append("no receiver outside has judged the message, because it never left the provider")
    if spf is None or spf.fact("spf") in {"", "unknown"}:
        return Safety.UNKNOWN
    if spf.code:
        case.reasons.append(spf.detail)
        case.code = spf.code
        strong = policy is not None and policy.fact("dmarc") in {"quarantine", "reject"}
        if strong and policy is not None:
            case.reasons.append(policy.detail)
        return Safety.AT_RISK
    bounced = _domain(arrived.fact("return-path")) if arrived is not None else sender.domain
    if bounced and not _same(bounced, sender.domain, policy, "SPF"):
        case.reasons.append(f"answers go to {bounced}, so that SPF says nothing about {sender.domain}")
        case.code = "sender.dmarc"
        return Safety.AT_RISK
    case.reasons.append(spf.detail)
    return Safety.PROBABLY


def _advise(found: dict[str, Evidence], sender: Address, case: _Case) -> None:
    """Write down which records are missing."""
    spf, policy = found.get("spf"), found.get("dmarc")
    if spf is not None and spf.code:
        value = spf_with(spf.fact("spf-record"), spf.fact("spf-add"))
        costs = int(spf.fact("spf-cost") or 0)
        if value and costs > LOOKUPS:
            case.reasons.append(
                f"with this server the record would take more than {LOOKUPS} look-ups, and receivers would heed none "
                "of it: first take out an include that is no longer needed"
            )
        elif value and spf.fact("spf") != "permerror":
            case.publish.append(Publication(sender.domain, "TXT", value, "names this server in SPF"))
    if policy is not None and policy.fact("dmarc") == "none" and not policy.fact("dmarc-domain"):
        case.publish.append(dmarc_start(registered_domain(sender.domain) or sender.domain))


def _same(domain: str, wanted: str, policy: Evidence | None, method: str) -> bool:
    """Return whether a domain is aligned with that of From (RFC 9989 section 4.4), strictly where that is asked."""
    if not domain:
        return False
    if policy is not None and policy.fact(f"strict-{method.lower()}") == "yes":
        return domain == wanted
    organization = (policy.fact("organization") if policy is not None else "") or registered_domain(wanted) or wanted
    return any(name == organization for name in dmarc.walk(domain))


def _domain(address: str) -> str:
    """Return the domain of an address in text."""
    return address.rpartition("@")[2].lower().strip("<> ")


def _ones_own(sender: Address) -> bool:
    """Return whether a From domain is somebody's own, and no provider's for everybody."""
    return knowledge.by_domain(sender.domain) is None


def _from_rule(draft: Draft, sender: Address) -> Iterator[str]:
    """Yield what the provider says about other From addresses, where this one is not the login."""
    card = knowledge.provider(draft.provider)
    login = draft.sending.username if draft.sending else ""
    if card is not None and card.from_rule and str(sender).lower() not in {login.lower(), ""}:
        yield f"{card.name}: {card.from_rule[0].lower()}{card.from_rule[1:]}".rstrip(".")
