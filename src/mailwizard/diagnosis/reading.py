"""Turn what was observed or pasted into the facts that rules are held against."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from mailwizard import knowledge
from mailwizard.diagnosis import telltales
from mailwizard.diagnosis.folding import fold, shorten
from mailwizard.model import Evidence, Facts
from mailwizard.net.clean import clean

SHOWN = 4000
"""Characters of a pasted text that are shown again."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What somebody knows about a pasted text beside the text itself."""

    provider: str = ""
    protocol: str = ""
    step: str = ""
    mechanism: str = ""
    host: str = ""
    """A host name, also as ``host:port`` or with the security behind it (``imap.example.com:993 tls``)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts that could be read; what is unknown is empty."""

    protocol: str = ""
    """``smtp``, ``imap``, ``pop3``, or ``oauth``, ``ews``, ``graph``, ``tls``, ``tcp``, ``dns``, ``keyring``."""
    step: str = ""
    code: str = ""
    enhanced: str = ""
    provider: str = ""
    host: str = ""
    port: int = 0
    security: str = ""
    mechanism: str = ""
    text: str = ""
    """What was said, cleaned for showing."""
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class Clue:
    """A reading with everything in it that rules are held against: all codes that occur, and the folded text."""

    reading: Reading
    codes: tuple[str, ...]
    enhanced: tuple[str, ...]
    folded: str


_REPLY = re.compile(
    r"(?<![\w.:/#-])(?<!line )([45](?:[0-5]\d|7\d))(?=[- ,:;)\"'.]|$)(?![.:]\d)"
    r"(?:[- ,:'\"b(]{1,6}([45]\.\d{1,2}\.\d{1,3})(?![\d.]*\d))?"
)
_ENHANCED = re.compile(r"(?<![\d.\w])([45]\.\d{1,2}\.\d{1,3})(?!\.?\d)")
_IMAP = re.compile(r"(?<![\w])(no|bad|bye) \[([a-z][a-z-]{2,30})\]")
_IMAP_PLAIN = re.compile(r"(?:^|[\s'\":*\]]) ?(no|bad|bye) (?=[a-z\[])")
_TAGGED = re.compile(r"(?:^|[\s'\"])(?![245]\d\d )[a-z]{0,6}\d{1,6} (?:no|bad) [a-z\[]")
_OAUTH = re.compile(
    r"\b(aadsts\d{5,7}|invalid_grant|invalid_client|invalid_scope|invalid_request|unauthorized_client|access_denied"
    r"|redirect_uri_mismatch|authorization_pending|expired_token|slow_down|interaction_required|consent_required"
    r"|login_required|unsupported_grant_type|admin_policy_enforced|org_internal|disallowed_useragent)\b"
)
_HOST = re.compile(r"(?<![\w@.-])((?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}[a-z]{2,24})(?::(\d{2,5}))?(?![\w.-]*[@(])")
_SOURCE = re.compile(
    r"\.(?:js|mjs|cjs|ts|php|java|kt|cs|go|rb|cpp|ex|lua|json|yml|yaml|toml|conf|ini|log|txt|html?)$|^[\w-]+\.py$"
)
"""Names of files, which look like names of hosts."""
_COUNTRIES = (".py", ".rs", ".pl")
"""How both files and hosts end: Paraguay, Serbia, Poland."""
_PORTS = frozenset({"25", "26", "110", "143", "465", "587", "993", "995", "1025", "1110", "1143", "2525", ""})
_MAIL_HOST = re.compile(r"^(?:smtp|imap|pop|mail|outlook|mx|webmail|exchange|relay|send|ex)[a-z0-9-]*\.")
_MECHANISM = re.compile(
    r"\bauth(?:enticate)?[ :=\[]{1,3}(plain|login|cram-md5|digest-md5|ntlm|xoauth2|oauthbearer|gssapi|scram-sha-\d+)\b"
)
_MAILBOX = re.compile(r"\b(?:users?|mailbox|account|rcpt|alias|addressee|customer|member)\b")
_OTHERS = re.compile(
    r"\b(?:from|sender|auth\w{0,12}|helo|ehlo|spam|ip|spf|dkim|dmarc|content|message|size|attachment|policy|data|host"
    r"|virus|blocked|listed|relay\w{0,3}|sending|send|limit|connections?|tls)\b"
)
_GATE = ".com"
"""What most words hold that give a provider away: a text without it need not be asked for each of them."""
_SUBJECT = re.compile(r"^(smtp|imap|pop3|ews|graph)://(.{1,300}?):(\d{1,5})/(.{0,300})$")
_PLACE = re.compile(r"^\s*\[?([\w.*-]*?)\]?(?::(\d{1,5}))?(?:/\d+)?(?:\s+(tls|ssl|starttls|plain|none))?\s*$")
_SECURITY = {"ssl": "tls", "plain": "none"}


def read(text: str, hints: Hints) -> Clue:
    """Read a pasted text; a hint stands above what the text seems to say."""
    folded = fold(text)
    replies = _REPLY.findall(folded)
    enhanced = _statuses(folded)
    protocol = hints.protocol or _protocol(folded, replies)
    codes = _codes(folded, protocol, replies)
    host, port, security = _place(hints.host) if hints.host else _seen_place(folded)
    mechanism = hints.mechanism or _mechanism(folded)
    reading = Reading(
        protocol=protocol,
        step=hints.step or _step(folded, replies),
        code=codes[0] if codes else "",
        enhanced=next((both for _, both in replies if both), enhanced[0] if enhanced else ""),
        provider=hints.provider or _provider(host, folded),
        host=host,
        port=port,
        security=security,
        mechanism=mechanism.upper(),
        text=clean(shorten(text)[:SHOWN]),
    )
    return Clue(reading, codes, enhanced, folded)


_WEB = ("ews", "graph")
_OWN = ("sender.", "delivery.", "bug")
"""How codes begin whose detail is nobody's answer, so that nothing is to be read out of it."""


def read_evidence(seen: Evidence, provider: str) -> Clue:
    """Read what a live run saw; its subject names the server."""
    subject = _SUBJECT.match(seen.subject)
    folded = "" if seen.code.startswith(_OWN) else fold(_said(seen))
    unnamed = "oauth" if seen.subject.startswith("issuer:") else ""
    protocol, host, port, security = subject.groups() if subject else (unnamed, "", "0", "")
    reading = Reading(
        protocol=protocol,
        step=str(seen.step),
        code=seen.code,
        enhanced=seen.enhanced,
        provider=provider,
        host=host.strip("[]").lower(),
        port=int(port),
        security="tls" if protocol in _WEB else security,
        mechanism=seen.fact("mechanism").upper(),
        text=seen.detail,
        facts=seen.facts,
    )
    enhanced = (seen.enhanced,) if seen.enhanced else _statuses(folded)
    return Clue(reading, (seen.code,) if seen.code else (), enhanced, folded)


def _said(seen: Evidence) -> str:
    """Return what a server said; a web service names what is wrong by a word of its own, in every language."""
    family, _, word = seen.code.partition(".")
    return f"{word}: {seen.detail}" if family in _WEB and not word.isdecimal() else seen.detail


def _statuses(folded: str) -> tuple[str, ...]:
    """Return the enhanced status codes in a text (RFC 3463)."""
    return tuple(dict.fromkeys(_ENHANCED.findall(folded))) if "5." in folded or "4." in folded else ()


def _mechanism(folded: str) -> str:
    """Return how somebody tried to sign in; a server answers a bad token with JSON in base64."""
    found = _MECHANISM.search(folded) if "auth" in folded else None
    return found[1] if found else "xoauth2" if _with_token(folded) else ""


def _with_token(folded: str) -> bool:
    """Return whether a text shows the answer to a bad token, or a program names its own failure with one."""
    return "334 eyj" in folded or "+ eyj" in folded or "xoauth2auth" in folded


def _protocol(folded: str, replies: list[tuple[str, str]]) -> str:
    """Return the protocol a text speaks of."""
    named = telltales.first(telltales.PROTOCOLS, folded)
    return named or ("imap" if _tagged(folded) else "smtp" if replies else "")


def _tagged(folded: str) -> bool:
    """Return whether a text holds the answer to an IMAP command."""
    return (" no " in folded or " bad " in folded) and _TAGGED.search(folded) is not None


def _codes(folded: str, protocol: str, replies: list[tuple[str, str]]) -> tuple[str, ...]:
    """Return every code in a text, the one that says most first."""
    family = "http" if protocol in {"ews", "graph", "oauth"} or "http error" in folded else "smtp"
    ranked = sorted(replies, key=lambda reply: not reply[1])
    codes = (
        [f"{'http' if code in telltales.OF_THE_WEB else family}.{code}" for code, _ in ranked]
        if protocol not in {"imap", "pop3", "dns", "tcp"}
        else []
    )
    coded = [f"imap.{response}" for _, response in _IMAP.findall(folded)] if " [" in folded else []
    codes += coded
    if protocol == "imap" and not coded:
        codes += [f"imap.{answer}" for answer in _IMAP_PLAIN.findall(folded)]
    if "-err" in folded:
        codes.append("pop3.err")
    if "_" in folded or "aadsts" in folded:
        codes += [f"oauth.{name}" for name in _OAUTH.findall(folded)]
    return tuple(dict.fromkeys(codes))


def _step(folded: str, replies: list[tuple[str, str]]) -> str:
    """Return the step in which a text was said."""
    said = telltales.first(telltales.ANSWERED, folded)
    coded = next((telltales.STEP_OF_CODE[code] for code, _ in replies if code in telltales.STEP_OF_CODE), "")
    return said or coded or telltales.first(telltales.STEPS, folded) or _of_recipient(folded, replies)


def _of_recipient(folded: str, replies: list[tuple[str, str]]) -> str:
    """Return the step in which a server speaks of somebody's mailbox, where a reply does so and of no sender."""
    speaks = any(code in telltales.OF_MAILBOXES for code, _ in replies)
    return "rcpt-to" if speaks and _MAILBOX.search(folded) and not _OTHERS.search(folded) else ""


def _provider(host: str, folded: str) -> str:
    """Return the provider that a host name or a telltale in a text gives away."""
    text = f"{host} {folded}"
    told = [said for gate, listed in _telltales() if gate in text for said in listed if said[0] in text]
    if told:
        told.sort(key=lambda said: -len(said[0]))
        return next((provider for word, provider in told if word in host), told[0][1])
    names = (host, *(name for name, _ in _hosts(folded)))
    return next((card for card in map(knowledge.by_host, names) if card), "")


@cache
def _telltales() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the words that give a provider away, put together by what has to stand in a text for any of them."""
    told = knowledge.telltales().items()
    gated = tuple(said for said in told if _GATE in said[0])
    return (_GATE, gated), ("", tuple(said for said in told if _GATE not in said[0]))


@lru_cache(maxsize=4)
def _hosts(folded: str) -> tuple[tuple[str, str], ...]:
    """Return the host names in a text, each with its port or nothing."""
    return tuple(found for found in _HOST.findall(folded[:65536]) if not _is_file(*found))


def _is_file(name: str, number: str) -> bool:
    """Return whether a name is that of a file, with the number of a line behind it or without."""
    return _SOURCE.search(name) is not None or (number not in _PORTS and name.endswith(_COUNTRIES))


def _place(text: str) -> tuple[str, int, str]:
    """Split a hint such as ``imap.example.com:993 tls``."""
    found = _PLACE.match(text.strip().lower())
    if found is None:
        return text.strip().lower().partition("/")[0], 0, ""
    security = found[3] or ""
    return found[1], int(found[2] or 0), _SECURITY.get(security, security)


def _seen_place(folded: str) -> tuple[str, int, str]:
    """Return the mail server that a text names: a host with a port, else one with a mail server's name."""
    hosts = _hosts(folded)
    with_port = next(((host, int(port)) for host, port in hosts if port and int(port) <= 65535), None)
    if with_port:
        return (*with_port, "")
    return next((host for host, _ in hosts if _MAIL_HOST.match(host)), ""), 0, ""
