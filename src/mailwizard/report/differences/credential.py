"""Who signs in, and with what: user names, kinds of secret, mechanisms, and the secret, which no report has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mailwizard.model import Step
from mailwizard.report.difference import HINT, LIKELY, SURE, Difference, Found, Same, compared
from mailwizard.report.pairs import Kind, Pair, Parting, Whose
from mailwizard.report.sides import INCOMING, OUTGOING, Side

_SECRET = frozenset(
    {"wrong_password", "app_password_required", "empty_credentials", "credential_encoding", "password_expired"}
    | {"mfa_required", "oauth_token_invalid", "oauth_grant_revoked", "account_not_found", "username_format"}
    | {"password_change_required", "unexplained", "password_policy"}
)
"""Causes that another secret or user name mends."""
_KIND = frozenset({"app_password_required", "mfa_required", "basic_auth_retired", "auth_mechanism_unsupported"})


def find(pair: Pair) -> Iterator[Found]:
    """Yield what differs in who signed in and with what."""
    parting = next((one for one in pair.partings if one.step is Step.SIGN_IN), None)
    kinds = tuple(side.report.draft.auth for side in pair.sides)
    found = _kind(kinds[0].words, kinds[1].words, parting)
    named = list(_names(pair))
    yield found
    yield from named
    yield from _mechanism(pair)
    others = [one for one in (found, *named) if isinstance(one, Difference)]
    if parting is not None and not others and _offered(parting):
        yield _the_secret(pair, parting)


def _kind(a: str, b: str, parting: Parting | None) -> Found:
    """Say with what kind of secret each side came."""
    if a == b:
        return Same("secret-kind", "way to sign in", a)
    points, sentence = 0, ""
    if parting is not None and (worse := parting.worse.report.draft.auth.words):
        better = parting.better.report.draft.auth.words
        points = SURE + 4 if set(parting.causes) & _KIND else LIKELY + 6
        told, other = parting.worse.name, parting.better.name
        sentence = f"{told} signs in with {_a(worse)}, which is refused; {other} with {_a(better)}."
    return Difference("secret-kind", "way to sign in", a, b, "", points, sentence)


def _a(words: str) -> str:
    """Return words with their article, where they take one."""
    if words.startswith("no "):
        return words
    return f"an {words}" if words[:1] in "aeio" else f"a {words}"


def _names(pair: Pair) -> Iterator[Found]:
    """Say as whom each side came, by way."""
    for way in (INCOMING, OUTGOING):
        a, b = pair.each(partial(_username, way))
        if not pair.names_tell(a, b):
            continue
        for found in compared("user-name", "user name", a, b, way):
            parting = next((one for one in pair.partings if one.way == way and one.step is Step.SIGN_IN), None)
            if isinstance(found, Difference) and parting is not None and parting.same_host:
                yield _other_name(pair, found, parting)
            else:
                yield found


def _username(way: str, side: Side) -> str:
    """Return the login name; the address stands in for one that was not given."""
    course = side.courses.get(way)
    if course is None or course.candidate is None:
        return ""
    return course.candidate.username or side.report.draft.address


def _other_name(pair: Pair, found: Difference, parting: Parting) -> Difference:
    """Say that the user name is what was refused."""
    names = {"A": found.a, "B": found.b}
    worse, better = parting.worse.name, parting.better.name
    said = f"{worse} signs in as {names[worse]}, which is refused; {better} as {names[better]}."
    if pair.whose is Whose.OTHER:
        return Difference(found.slug, found.label, found.a, found.b, found.way)
    points = SURE + 2 if "username_format" in parting.causes else SURE - 4
    return Difference(found.slug, found.label, found.a, found.b, found.way, points, said)


def _mechanism(pair: Pair) -> Iterator[Found]:
    """Say by which mechanism each side signed in."""
    for way in (INCOMING, OUTGOING):
        texts = pair.each(partial(_by, way))
        parting = next((one for one in pair.partings if one.way == way and one.step is Step.SIGN_IN), None)
        for found in compared("mechanism", "mechanism", *texts, way):
            if isinstance(found, Difference) and parting is not None and parting.same_host:
                names = {"A": found.a, "B": found.b}
                worse, better = parting.worse.name, parting.better.name
                said = f"{worse} signs in by {names[worse]}, which fails; {better} by {names[better]}."
                points = SURE if "auth_mechanism_unsupported" in parting.causes else LIKELY + 2
                yield Difference(found.slug, found.label, found.a, found.b, way, points, said)
            else:
                yield found


def _by(way: str, side: Side) -> str:
    """Return by which mechanism a side signed in, or was told to."""
    course = side.courses.get(way)
    return course.fact("mechanism", Step.SIGN_IN) or side.report.draft.mechanism if course else ""


def _offered(parting: Parting) -> bool:
    """Return whether the same was asked of the same server, and only what was typed can differ."""
    refused = parting.bad.fact("secret") != "kept" and not parting.bad.code.startswith(("sign-in.", "timeout", "tcp."))
    return parting.kind is Kind.FAILS and parting.same_host and refused and bool(set(parting.causes) & _SECRET)


def _the_secret(pair: Pair, parting: Parting) -> Difference:
    """Say that the secret is what differs: all else that is known is the same."""
    texts = {parting.worse.name: "refused", parting.better.name: "accepted"}
    known = not pair.pseudonymous and pair.whose is not Whose.OTHER
    same = "with the same user name" if known else "and, as far as can be seen, with the same user name"
    points = HINT if pair.whose is Whose.OTHER else SURE - 8
    worse, better = parting.worse.name, parting.better.name
    start = f"At the same server {same} the secret of {worse} is refused and that of {better} accepted"
    if "app_password_required" in parting.causes:
        said = f"{start}: {worse} came with the account's own password, where an app password is wanted."
    else:
        said = f"{start}: it is another secret, or the mailbox was changed there. Neither report holds the secret."
    return Difference("secret", "the secret", texts["A"], texts["B"], parting.way, points, said)
