"""Certificates: another one, one that ended, one for other names, one by somebody who stands in between."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard.model import Step
from mailwizard.report.difference import HINT, LIKELY, SURE, Difference, Found, Same, absent, compared
from mailwizard.report.pairs import Kind, Pair, Parting
from mailwizard.report.sides import INCOMING, OUTGOING, Course

_BETWEEN = frozenset({"cert_mitm_antivirus", "captive_portal", "network_policy_blocked"})
_WHAT = {
    "tls.expired": "shows a certificate that has ended",
    "tls.not-yet-valid": "shows a certificate that is not valid yet",
    "tls.hostname": "shows a certificate for other names",
    "tls.self-signed": "shows a certificate that nobody but itself vouches for",
    "tls.key-changed": "shows a certificate of another authority than before",
}
_SHORT = 16
"""Characters of a fingerprint that tell two certificates apart."""
_UNTRUSTED = frozenset({"tls.untrusted", "tls.self-signed", "tls.unknown-ca", "tls.incomplete-chain"})


def find(pair: Pair) -> Iterator[Found]:
    """Yield what differs in the certificates that were shown, and in who was trusted."""
    files = tuple(side.environment.ca_file for side in pair.sides)
    yield from _authorities(pair, files)
    for way in (INCOMING, OUTGOING):
        a, b = pair.on(way)
        if a and b:
            parting = pair.parting(way)
            yield from _shown(way, a, b, parting)


def _fact(course: Course, name: str) -> str:
    return course.fact(name, Step.ENCRYPT)


def _shown(way: str, a: Course, b: Course, parting: Parting | None) -> Iterator[Found]:
    prints = _fact(a, "fingerprint"), _fact(b, "fingerprint")
    if all(prints) and prints[0] == prints[1]:
        yield Same("certificate", "certificate", _described(a), way)
        if parting is not None and parting.bad.code == "tls.expired" and parting.kind is not Kind.WARNS:
            yield _ran_out(way, a, b, parting)
    elif all(prints):
        points, sentence = _explains(parting) if parting is not None else (0, "")
        texts = _described(a), _described(b)
        if texts[0] == texts[1]:
            texts = f"{texts[0]}, {prints[0][:_SHORT]}", f"{texts[1]}, {prints[1][:_SHORT]}"
        yield Difference("certificate", "certificate", *texts, way, points, sentence)
        yield from compared("issuer", "issuer", _fact(a, "issuer"), _fact(b, "issuer"), way)
    yield from compared("tls", "TLS", _fact(a, "version"), _fact(b, "version"), way)


def _described(course: Course) -> str:
    """Return a certificate in a few words."""
    names, ends = _fact(course, "names") or _fact(course, "subject"), _fact(course, "expires")
    parts = [names, f"from {_fact(course, 'issuer')}" if _fact(course, "issuer") else "", f"until {ends[:10]}"]
    return ", ".join(part for part in parts if part)


def _explains(parting: Parting) -> tuple[int, str]:
    """Return how well another certificate explains what parts the two."""
    worse, better = parting.both
    if parting.step is not Step.ENCRYPT or not parting.same_host or not parting.bad.code.startswith("tls."):
        return 0, ""
    told, other = parting.worse.name, parting.better.name
    until = _fact(better, "expires")[:10]
    issuers = _fact(worse, "issuer"), _fact(better, "issuer")
    if parting.kind is Kind.WARNS:
        ends = _fact(worse, "expires")[:10]
        return SURE - 1, f"The certificate of {told} ends on {ends}, that of {other} on {until}: it was renewed."
    between = set(parting.causes) & _BETWEEN or (parting.bad.code in _UNTRUSTED and issuers[0] != issuers[1])
    if between and all(issuers):
        return SURE, (
            f"In {told} the certificate is from {issuers[0]}, in {other} from {issuers[1]}: in {told} something stands "
            "between the machine and the server, such as a filter of the network or a virus scanner."
        )
    what = _WHAT.get(parting.bad.code, f"shows a certificate that does not pass ({parting.bad.code})")
    good = f"in {other} another one{f', valid until {until}' if until else ''}"
    if parting.kind is Kind.OTHERWISE:
        code = parting.good.code if parting.good else "no code"
        return LIKELY, f"In {told} the server {what}; in {other} another one fails, with {code}."
    return SURE - 2, f"In {told} the server {what}, {good}. It was replaced, or another server answers."


def _ran_out(way: str, a: Course, b: Course, parting: Parting) -> Difference:
    """Say that a certificate ended between the two runs."""
    ended = parting.bad.fact("expires")[:10]
    made = {side.name: side.report.made[:10] for side in (parting.worse, parting.better)}
    later = made[parting.worse.name] >= made[parting.better.name]
    said = (
        f"The certificate ended on {ended}: {parting.better.name} ran before that day, {parting.worse.name} after it."
    )
    return Difference(
        "certificate-ended", "day of the run", made["A"], made["B"], way, SURE - 2 if later else HINT, said
    )


def _authorities(pair: Pair, files: tuple[str, ...]) -> Iterator[Found]:
    """Yield who was trusted beside the system's authorities."""
    for found in absent("authorities", "authorities trusted besides", *files):
        parting = next((one for one in pair.partings if one.bad.code in _UNTRUSTED), None)
        if not (isinstance(found, Difference) and parting and parting.same_host):
            yield found
            continue
        had = parting.better.environment.ca_file
        said = f"{parting.better.name} ran with --ca-file {had}, {parting.worse.name} without: nobody vouches there."
        yield Difference(found.slug, found.label, found.a, found.b, "", SURE + 3 if had else HINT, said)
