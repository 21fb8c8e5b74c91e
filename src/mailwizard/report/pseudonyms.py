"""Give people, their addresses and the hosts of their own other names, the same everywhere in a report.

``alice@example.com`` becomes ``user1@domain1.example``, ``mx7.example.com`` ``host1.domain1.example``. Known providers
keep their names, because what is wrong there is the same for everybody; so do addresses of one's own network.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from mailwizard import knowledge
from mailwizard.net.names import registered_domain
from mailwizard.report.redacting import texts_of

_ADDRESS = re.compile(
    r"(?<![\w.+-])(\"[^\"\r\n]{1,62}\"|[\w.+-](?:[\w.+'!#$*~-]{0,62}[\w.+-])?)"
    r"(@|%(?:25){0,3}40)((?:[\w-]{1,63}\.)+[\w-]{2,63})(?![\w-])"
)
_NAME = re.compile(r"(?:(?<![\w.-])|(?<=\*\.))((?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62})(?![\w-]|\.\w)")
_CODE = re.compile(r"[2-5]\d\d-(?=\w)")
"""A reply's code, which stands right before a server's name."""
_FOUR = r"\d{1,3}(?:\.\d{1,3}){3}"
_IP = re.compile(
    rf"(?:(?<![\w.:-])|(?<=IPv6:)|(?<=ffff:))(?:{_FOUR}(?![\w:]|\.\d)"
    r"|(?!::ffff:\d+\.)[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:]))",
    re.IGNORECASE,
)
_IN_NAME = re.compile(r"(?<!\d)\d{1,3}(?:-\d{1,3}){3}(?![\d-])|(?<![\w.])(?:[0-9a-f]\.){32}", re.IGNORECASE)
"""An IP address as a label of a host's name, and the labels of one turned round (RFC 3596)."""
_CALLER = re.compile(rf"{_NAME.pattern}(?=\s?[\[(](?:IPv6:)?[0-9A-Fa-f:.]{{3,45}}[\])])")
"""A name with its IP address behind it, as servers greet whoever comes."""
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{8,}={0,2}(?![A-Za-z0-9+/=])")
_HOME = re.compile(r"((?:/home|/Users)/)[^/\s\"']+")
_OWNER = re.compile(r"\b(O|OU|L|ST|street|emailAddress)=([^,;]+)")
_NAMED = re.compile(r"\b(CN|O|OU|L|ST|street|emailAddress)=[^,;]+")
_USUAL_WORDS = (
    "mail imap imaps smtp smtps submission pop pop3 mx mx1 mx2 webmail www autoconfig autodiscover exchange "
    "outlook owa ews mta-sts relay out in smtp-out _imap _imaps _pop3 _pop3s _submission _submissions "
    "_autodiscover _tcp _dmarc _domainkey _smtp _tls _mta-sts xn"
)
_USUAL = frozenset(_USUAL_WORDS.split())
"""Labels of a name that say what a host is for, and nothing of whose it is."""
_ROLES_WORDS = (
    "info mail admin administrator office contact postmaster hostmaster webmaster support sales hello help root "
    "test abuse noreply no-reply mailer-daemon user username newsletter practice none null anonymous"
)
_ROLES = frozenset(_ROLES_WORDS.split())
"""User names that are words, which are no person's."""
_LITTLE_WORDS = (
    "ad am an as at be by de do en eu go he hi id if in io ip is it me mx my no of ok on or os pm so tls to tt up us "
    "we the and for not you a1 a2 a3 a4 a5 a6 a7 a8 a9 v1 v2 v3"
)
_LITTLE = frozenset(_LITTLE_WORDS.split())
"""User names that are words of sentences too."""
_ALSO_KNOWN_WORDS = (
    "google.com googleapis.com microsoft.com microsoftonline.com outlook.com office.com office365.com live.com "
    "yahoo.com onmicrosoft.com apple.com icloud.com mozilla.org thunderbird.net letsencrypt.org digicert.com "
    "sectigo.com example ietf.org"
)
_ALSO_KNOWN = frozenset(_ALSO_KNOWN_WORDS.split())
_TENANTS = "onmicrosoft.com"
"""Where every customer has a name, which counts as a registered one."""
_RESERVED = frozenset(
    {"example", "test", "invalid", "localhost", "local", "lan", "internal", "intranet", "corp", "home"}
)
"""Ends of names that no registry knows and that people use."""
_RESOLVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112"})


def pseudonymous(tree: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Return a report's tree with other names in it, and how many names were given."""
    names = Names()
    names.learn(tree)
    tree = _walked(tree, names)
    for holder, field, other in ((tree["draft"], "display_name", "name1"), (tree, "account", "account1")):
        holder[field] = (holder[field] if "@" in holder[field] else other) if holder[field] else ""
    return tree, len(names)


class Names:
    """The other names of one report."""

    def __init__(self) -> None:
        self._users: dict[str, str] = {}
        self._domains: dict[str, str] = {}
        self._hosts: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._owners: set[str] = set()
        self._found: re.Pattern[str] | None = None

    def __len__(self) -> int:
        return sum(map(len, (self._users, self._domains, self._hosts, self._addresses, self._words)))

    def learn(self, tree: dict[str, Any]) -> None:
        """Learn who and what is meant by a report."""
        drafted = tree["draft"]
        ends = [drafted[side] for side in ("incoming", "outgoing") if drafted[side]]
        ends += [one["candidate"] for one in tree["remedies"]]
        texts = list(texts_of(tree))
        for text in (drafted["address"], *drafted["senders"], *(end["username"] for end in ends), *texts):
            for local, _, domain in _ADDRESS.findall(text):
                self._learn_domain(domain)
                self._user(local)
            for name in _NAME.findall(text):
                if name.rpartition(".")[2].lower() in _RESERVED:
                    self._learn_domain(name)
        for host in (*(end["endpoint"]["host"] for end in ends), *_certified(tree), *_around(tree["environment"])):
            self._learn_domain(host)
        for end in ends:
            self._learn_username(end["username"])
        self._learn_owners(tree)
        for kind, text in (("name", drafted["display_name"]), ("account", tree["account"])):
            if text and "@" not in text:
                self._words[text.lower()] = f"{kind}1"
        words = sorted(filter(self._is_telling, (*self._users, *self._words)), key=len, reverse=True)
        if words:
            self._found = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, words))})(?![\w-]|\.\w)", re.IGNORECASE)

    def given(self, text: str) -> str:
        """Return a text with the other names."""
        if text.lower() in self._users:  # however little it tells
            return self._users[text.lower()] if text.lower() not in _ROLES else text
        text = _BASE64.sub(self._in_base64, text)
        text = _ADDRESS.sub(lambda found: f"{self._user(found[1])}{found[2]}{self._name(found[3])}", text)
        text = _CALLER.sub(lambda found: self._caller(found[1]), text)
        text = _NAME.sub(lambda found: self._name(found[1]), text)
        text = _IN_NAME.sub(lambda found: re.sub(r"[0-9a-fA-F]+", "0", found[0]), text)
        text = _IP.sub(lambda found: self._place(found[0]), text)
        for domain, other in self._domains.items():
            if domain in text.lower():
                text = re.sub(rf"(?<![A-Za-z-]){re.escape(domain)}(?![\w-])", other, text, flags=re.IGNORECASE)
            if (dashed := domain.replace(".", "-")) in text.lower():
                text = re.sub(rf"\b{re.escape(dashed)}\b", other.replace(".", "-"), text, flags=re.IGNORECASE)
        if self._found:
            every = {**self._users, **self._words}
            text = self._found.sub(lambda found: every[found[0].lower()], text)
        return _HOME.sub(r"\1user", text)

    def _learn_domain(self, name: str) -> None:
        """Learn whose a name is, unless it is a known provider's."""
        own = _registered(name)
        if own and not _is_known(name, own):
            other = self._domains.setdefault(own, f"domain{len(set(self._domains.values())) + 1}.example")
            with suppress(UnicodeError):
                self._domains.setdefault(own.encode("idna").decode(), other)
                self._domains.setdefault(own.encode("idna").decode("idna"), other)

    def _learn_owners(self, tree: dict[str, Any]) -> None:
        """Learn whose certificates were made out to hosts of one's own, which may be signed by their owner too."""
        for seen in (*tree["evidence"], *tree["clues"]):
            for name, value in seen["facts"]:
                if name == "subject" and not any(_is_known(one, _registered(one)) for one in _NAME.findall(value)):
                    self._owners.update(_owners(value))

    def fact(self, name: str, value: str) -> str:
        """Return what a fact says, with the other names and without whom a certificate was made out to."""
        if name in {"fingerprint", "fingerprint-before"}:
            return "0" * len(value)
        if name in {"issuer", "root", "reference-issuer"}:
            own = not self._owners.isdisjoint(_owners(value))
            return _NAMED.sub(r"\1=(organization)", value) if own else self.given(value)
        other = self.given(value)
        return _OWNER.sub(r"\1=(organization)", other) if name in {"subject", "certificate"} else other

    def _learn_username(self, username: str) -> None:
        realm, apart, user = username.rpartition("\\")
        if apart:
            self._words.setdefault(realm.lower(), "REALM")
        if user and "@" not in user:
            self._user(user)

    def _user(self, local: str) -> str:
        """Return somebody's other name."""
        return self._users.setdefault(local.lower(), f"user{len(self._users) + 1}")

    def _name(self, name: str) -> str:
        """Return the other name of a host; of one that nobody owns here its own."""
        if code := _CODE.match(name):
            return code[0] + self._name(name[code.end() :])
        own = _registered(name)
        other = self._domains.get(own)
        if other is None:
            theirs = self._hosts_us(name, own)
            return ".".join((*map(self._tenant, name[: -len(own) - 1].split(".")), own)) if theirs else name
        labels = name.lower().removesuffix(own).rstrip(".").split(".") if name.lower() != own else []
        return ".".join((*(self._label(label) for label in labels if label), other))

    def _caller(self, name: str) -> str:
        """Return the other name of a host that a server names beside its IP address; of a provider's own the same."""
        if code := _CODE.match(name):
            return code[0] + self._caller(name[code.end() :])
        own = _registered(name)
        if not own or own in self._domains or _is_known(name, own) or name.lower() == own:
            return name
        return f"{self._label(name[: -len(own) - 1].lower())}.{own}"

    def _hosts_us(self, name: str, own: str) -> bool:
        """Return whether a name is a known provider's with one's own domain in it, such as ``acme.onmicrosoft.com``."""
        return bool(own) and any(self._tenant(label) != label for label in name.split(".")) and _is_known(name, own)

    def _tenant(self, label: str) -> str:
        """Return the other name of a label that is the first one of somebody's own domain."""
        owners = ((own.partition(".")[0], other) for own, other in self._domains.items())
        return next((other.partition(".")[0] for first, other in owners if first == label.lower()), label)

    def _label(self, label: str) -> str:
        return label if label in _USUAL else self._hosts.setdefault(label, f"host{len(self._hosts) + 1}")

    def _place(self, text: str) -> str:
        """Return another IP address for a public one, of those that are for documentation (RFC 5737, RFC 3849)."""
        with suppress(ValueError):
            address = ipaddress.ip_address(text)
            if address.is_global and text not in _RESOLVERS:
                at = len(self._addresses) + 1
                new = f"192.0.2.{at % 256}" if address.version == 4 else f"2001:db8::{at:x}"
                return self._addresses.setdefault(str(address), new)
        return text

    def _in_base64(self, found: re.Match[str]) -> str:
        """Return base64 of the other names where it holds one."""
        try:
            text = base64.b64decode(found[0], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return found[0]
        other = self.given(text) if text.replace("\0", "").isprintable() else text
        return base64.b64encode(other.encode()).decode() if other != text else found[0]

    def _is_telling(self, word: str) -> bool:
        """Return whether a word is somebody's name wherever it stands."""
        return word not in _ROLES | _LITTLE and len(word) >= (5 if word.isdecimal() else 2)


_KEPT_WORDS = (
    "format made maker protocol security trust auth until step outcome confidence who provider cause guide source "
    "kind code enhanced libraries system python verified_at practice state broken_since locale time_zone terminal "
    "distribution clock path"
)
_KEPT = frozenset(_KEPT_WORDS.split())
"""Fields that hold nobody's name."""


def _walked(tree: Any, names: Names, key: str = "") -> Any:
    if isinstance(tree, str):
        return tree if key in _KEPT else names.given(tree)
    if isinstance(tree, dict):
        return {name: _walked(inner, names, name) for name, inner in tree.items()}
    if isinstance(tree, list | tuple):
        if key == "facts" and len(tree) == 2 and isinstance(tree[0], str):
            return [tree[0], names.fact(tree[0], tree[1])]
        return [_walked(inner, names, key) for inner in tree]
    return tree


def _certified(tree: dict[str, Any]) -> Iterator[str]:
    """Yield the names for which certificates were seen, and those that were asked for their addresses."""
    for seen in (*tree["evidence"], *tree["clues"]):
        for name, value in seen["facts"]:
            if name in {"names", "domain", "host", "canonical", "exchangers"}:
                yield from _names(value.split())
        place = seen["subject"].partition("://")[2] or seen["subject"].partition("issuer:")[2]
        yield from _names([place.partition("/")[0].partition(":")[0]])


def _around(machine: dict[str, Any]) -> Iterator[str]:
    """Yield the hosts through which one's own network is left, and who was asked there."""
    proxies = [value for _, value in machine["proxies"]]
    yield from _NAME.findall(" ".join((machine["resolver"], machine["clock_of"], *machine["resolvers"], *proxies)))


def _owners(name: str) -> set[str]:
    """Return the organizations in a distinguished name."""
    return {found[2].strip().lower() for found in _OWNER.finditer(name) if found[1] in {"O", "OU"}}


def _names(words: Iterable[str]) -> Iterator[str]:
    yield from (word.removeprefix("*.") for word in words if _NAME.fullmatch(word.removeprefix("*.")))


def _registered(name: str) -> str:
    """Return the domain that somebody registered, or that is used as one inside a network; nothing for any other."""
    lowered = name.lower().strip(".")
    labels = lowered.split(".")
    if lowered.endswith(f".{_TENANTS}"):
        return _TENANTS
    if labels[-1] in _RESERVED:
        return ".".join(labels[-2:]) if len(labels) > 1 else ""
    return registered_domain(lowered) or ""


def _is_known(name: str, own: str) -> bool:
    """Return whether a name belongs to a provider whom everybody knows."""
    lowered = name.lower()
    return own in _ALSO_KNOWN or knowledge.by_domain(own) is not None or bool(knowledge.by_host(lowered))
