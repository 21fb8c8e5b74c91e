"""PACC, the IETF's automatic configuration of mail, calendar and contacts (draft-ietf-mailmaint-pacc).

Read after revisions 02 and 03, which differ in one name: ``smtp`` became ``submit``; both are taken. A document is
believed only where a TXT record at ``_ua-auto-config.DOMAIN`` holds its digest: ``v=UAAC1; a=sha256; d=BASE64``, tags
in any order, unknown tags ignored, several records during a change, any match counts. The digest is that of the exact
bytes of the body. Mail servers are named by host and use TLS from the first byte on their standard ports.

Assumed, where the text of later revisions was not at hand: a ``port`` beside ``host`` would be meant, and a list of
servers where one is expected would be in order of preference. The login name is the whole mail address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mailwizard.discovery.documents import objects
from mailwizard.discovery.documents.configuration import Configuration, Link, ServerEntry
from mailwizard.discovery.documents.decoding import LIMIT
from mailwizard.discovery.documents.values import domain_name, host_name, title, web_address
from mailwizard.model import STANDARD_PORTS, Address, AuthKind, Endpoint, Facts, Failure, Protocol, Security, read_port

TXT_NAME = "_ua-auto-config"
"""The label below the mail domain at which the digest is published."""
RECORD_LIMIT = 32
_VERSION, _ALGORITHM = "uaac1", "sha256"
_PROTOCOLS = (
    ("imap", Protocol.IMAP),
    ("pop3", Protocol.POP3),
    ("submit", Protocol.SMTP),
    ("submission", Protocol.SMTP),
    ("smtp", Protocol.SMTP),
)
_URL_PROTOCOLS = ("jmap", "caldav", "carddav", "webdav")
_SERVER_LIMIT = 16


def location(domain: str) -> str:
    """Return the URL of a mail domain's document."""
    return f"https://ua-auto-config.{domain}/.well-known/user-agent-configuration.json"


def digests(records: Iterable[str]) -> tuple[bytes, ...]:
    """Return the SHA-256 digests that TXT records vouch for; whatever else they hold is passed over."""
    found = (_digest(record) for record in list(records)[:RECORD_LIMIT])
    return tuple(digest for digest in found if digest)


def read(body: bytes, records: Iterable[str], address: Address) -> Configuration:
    """Return what a document says for an address, once a TXT record vouches for its bytes.

    Raises:
        Failure: ``document.digest`` where none does; else as the package says, without ``document.not-xml``.
    """
    if len(body) > LIMIT:
        raise Failure("document.too-large", f"the document is larger than {LIMIT // 1024} kB")
    vouched = digests(records)
    if not vouched:
        raise Failure("document.digest", f"no TXT record at {TXT_NAME} holds a digest that could vouch for it")
    actual = hashlib.sha256(body).digest()
    if not any(hmac.compare_digest(actual, digest) for digest in vouched):
        raise Failure("document.digest", "the document is not the one that the domain's TXT record vouches for")
    value = objects.parse(body)
    if not isinstance(value.get("protocols"), dict):
        raise Failure("document.not-a-document", "the JSON names no protocols, so it is no PACC document")
    info = objects.object_in(value, "info")
    provider = objects.object_in(info, "provider")
    notes: list[str] = []
    return Configuration(
        servers=tuple(_servers(value["protocols"], _auth(value), address, notes)),
        name=title(objects.text_in(provider, "name"), address),
        short_name=title(objects.text_in(provider, "shortname"), address),
        domains=(address.domain,),
        links=tuple(_links(objects.object_in(info, "help"), address)),
        services=_services(value, address),
        notes=tuple(notes),
    )


def _digest(record: str) -> bytes:
    """Return the digest of one record, or nothing."""
    pairs = (tag.partition("=") for tag in record[:1024].split(";"))
    tags = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if (tags.get("v", "").lower(), tags.get("a", "").lower()) != (_VERSION, _ALGORITHM):
        return b""
    text = "".join(tags.get("d", "").split()).rstrip("=")
    try:
        digest = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return b""
    return digest if len(digest) == hashlib.sha256().digest_size else b""


def _auth(value: Mapping[str, Any]) -> tuple[AuthKind, ...]:
    """Return what the provider takes, for all its protocols alike."""
    authentication = objects.object_in(value, "authentication")
    kinds = []
    if isinstance(authentication.get("oauth-public"), dict):
        kinds.append(AuthKind.OAUTH2)
    if authentication.get("password") is True:
        kinds.append(AuthKind.PASSWORD)
    return tuple(kinds)


def _servers(
    protocols: Mapping[str, Any], auth: tuple[AuthKind, ...], address: Address, notes: list[str]
) -> Iterator[ServerEntry]:
    """Yield each mail server once; why another one cannot be used becomes a note."""
    seen: set[Endpoint] = set()
    methods = tuple("OAuth2" if kind is AuthKind.OAUTH2 else "password-cleartext" for kind in auth)
    for name, protocol in _PROTOCOLS:
        for entry in _entries(protocols.get(name)):
            try:
                endpoint = _endpoint(entry, protocol, address)
            except ValueError as wrong:
                notes.append(f"The {name} server of the document was left out: {wrong}.")
                continue
            if endpoint not in seen:
                seen.add(endpoint)
                yield ServerEntry(endpoint, str(address), auth, methods)


def _entries(value: object) -> list[Mapping[str, Any]]:
    """Return one object or several as a list."""
    several = value if isinstance(value, list) else [value]
    return [entry for entry in several[:_SERVER_LIMIT] if isinstance(entry, dict)]


def _endpoint(entry: Mapping[str, Any], protocol: Protocol, address: Address) -> Endpoint:
    """Return where a server is.

    Raises:
        ValueError: with the part of a sentence that says what is wrong.
    """
    host = host_name(objects.text_in(entry, "host", "hostname"), address)
    port = entry.get("port", STANDARD_PORTS[protocol, Security.TLS])
    if type(port) is not int:
        raise ValueError("its port is no number")
    try:
        return Endpoint(protocol, host, read_port(str(port)), Security.TLS)
    except ValueError:
        raise ValueError("its port is out of range") from None


def _services(value: Mapping[str, Any], address: Address) -> Facts:
    """Return where the provider offers other protocols, and who issues its OAuth tokens."""
    protocols = objects.object_in(value, "protocols")
    found = {name: web_address(objects.text_in(objects.object_in(protocols, name), "url"), address)
             for name in _URL_PROTOCOLS}  # fmt: skip
    sieve = objects.text_in(objects.object_in(protocols, "managesieve"), "host")
    found["managesieve"] = domain_name(sieve, address) if sieve else ""
    oauth = objects.object_in(objects.object_in(value, "authentication"), "oauth-public")
    found["oauth-issuer"] = web_address(objects.text_in(oauth, "issuer"), address)
    return tuple((name, where) for name, where in found.items() if where)


def _links(info: Mapping[str, Any], address: Address) -> Iterator[Link]:
    """Yield the pages for a person to read."""
    for kind in ("documentation", "developer"):
        url = web_address(objects.text_in(info, kind), address)
        if url:
            yield Link(kind, url)
    contacts = info.get("contact")
    for contact in contacts[:_SERVER_LIMIT] if isinstance(contacts, list) else []:
        url = web_address(contact, address) if isinstance(contact, str) else ""
        if url:
            yield Link("contact", url)
