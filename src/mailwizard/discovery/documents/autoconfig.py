"""Thunderbird's clientConfig, version 1.1 and 1.2 (draft-ietf-mailmaint-autoconfig), as sloppily as it is published."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mailwizard.discovery.documents import markup
from mailwizard.discovery.documents.configuration import Configuration, Link, ServerEntry
from mailwizard.discovery.documents.markup import Element
from mailwizard.discovery.documents.values import (
    cite,
    domain_name,
    host_name,
    login_name,
    port_number,
    title,
    web_address,
)
from mailwizard.discovery.documents.vocabulary import protocol_of, security_of, sign_in
from mailwizard.model import Address, AuthKind, Endpoint, Facts, Protocol
from mailwizard.net.clean import clean

SERVER_LIMIT = 64
DOMAIN_LIMIT = 2000
_INTERNATIONAL_LIMIT = 50
"""Domains in letters of other scripts that are read; each of them costs as much as a hundred others."""
LINK_LIMIT = 64
_TEXT_LIMIT = 500
_LANGUAGE_LIMIT = 16

_SERVERS = ("incomingserver", "outgoingserver")
_SERVICE_URLS = (("ews", "ewsurl"), ("owa", "owaurl"), ("activesync", "easurl"))
_DAV = (("calendar", "caldav"), ("addressbook", "carddav"), ("fileshare", "webdav"))
_ONLY_OWN_NETWORK = "It serves only the provider's own network (client-IP-address)."


def read(body: bytes, address: Address) -> Configuration:
    """Return what a clientConfig says for an address, servers in document order.

    Of several providers in one document the one counts that names the address's domain, else the first.

    Raises:
        Failure: as the package says, without ``document.not-json`` and ``document.digest``.
    """
    root = markup.parse(body)
    provider = _provider(root, address)
    if provider is None:
        raise markup.other_root(root, "<clientConfig>")
    notes: list[str] = []
    return Configuration(
        servers=_servers(provider, address, notes),
        name=title(provider.value("displayname"), address),
        short_name=title(provider.value("displayshortname"), address),
        domains=_domains(provider, address),
        links=_links(root, provider, address),
        services=_services(root, provider, address),
        notes=tuple(notes),
    )


def _provider(root: Element, address: Address) -> Element | None:
    """Return the element that holds the servers."""
    if root.name == "emailprovider":
        return root
    if root.name not in {"clientconfig", "clientconfigs"}:
        return None
    providers = [child for element in (root, *root.all("clientconfig")) for child in element.all("emailprovider")]
    wanted = {address.domain, address.unicode_domain}
    fitting = (one for one in providers if any(text.lower() in wanted for text in one.texts("domain")))
    return next(fitting, providers[0] if providers else root)


def _domains(provider: Element, address: Address) -> tuple[str, ...]:
    """Return the domains that the document is for."""
    texts = provider.texts("domain")[:DOMAIN_LIMIT]
    international = [text for text in texts if not text.isascii()]
    left_out = set(international[_INTERNATIONAL_LIMIT:])
    named = (domain_name(text, address) for text in texts if text not in left_out)
    return tuple(dict.fromkeys(domain for domain in named if domain))


def _servers(provider: Element, address: Address, notes: list[str]) -> tuple[ServerEntry, ...]:
    """Return the servers that can be used; why another one cannot be becomes a note."""
    elements = list(provider.all(*_SERVERS))
    if len(elements) > SERVER_LIMIT:
        notes.append(f"The document lists {len(elements)} servers; only the first {SERVER_LIMIT} were read.")
    servers = []
    for place, element in enumerate(elements[:SERVER_LIMIT], 1):
        try:
            servers.append(_server(element, address))
        except ValueError as wrong:
            kind = cite(element.attributes.get("type", "")) or "unknown"
            notes.append(f"Server {place} of the document ({kind}) was left out: {wrong}.")
    return tuple(servers)


def _server(element: Element, address: Address) -> ServerEntry:
    """Return one server.

    Raises:
        ValueError: with the part of a sentence that says what is wrong.
    """
    protocol = _protocol(element)
    host = host_name(element.value("hostname"), address)
    port = port_number(element.value("port"))
    words = element.texts("sockettype")
    security = security_of(words, port)
    if security is None:
        said = next((word for word in words if word), "")
        raise ValueError(f"{cite(said)!r} is no kind of encryption" if said else "it does not say how to encrypt")
    methods, auth, notes = sign_in(element.texts("authentication"))
    login, more = _login(element, address, auth)
    own_network = any("client-ip" in text.lower() for text in element.texts("restriction"))
    if own_network and _ONLY_OWN_NETWORK not in notes:
        more = (*more, _ONLY_OWN_NETWORK)
    return ServerEntry(Endpoint(protocol, host, port, security), login, auth, methods, (*notes, *more))


def _protocol(element: Element) -> Protocol:
    """Return what a server speaks; an outgoing one without a type is SMTP.

    Raises:
        ValueError: where it is none of the mail protocols, or the wrong way round.
    """
    outgoing = element.name == "outgoingserver"
    said = element.attributes.get("type", "").strip() or ("smtp" if outgoing else "")
    protocol = protocol_of(said)
    if protocol is None:
        raise ValueError("it is no mail protocol that can be used here" if said else "it does not say its protocol")
    if protocol.incoming is outgoing:
        raise ValueError(f"{protocol} is the wrong way round")
    return protocol


def _login(element: Element, address: Address, auth: tuple[AuthKind, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the login name and what is to be said about it."""
    text = element.value("username")
    try:
        login = login_name(text, address)
    except ValueError as wrong:
        return "", (str(wrong),)
    if not login and auth and auth != (AuthKind.NONE,):
        return "", ("The document does not say the login name.",)
    return login, ()


def _links(root: Element, provider: Element, address: Address) -> tuple[Link, ...]:
    """Return the pages to read: documentation, what must be switched on first, and where webmail is."""
    places = (
        *(("documentation", element, "url", ("descr",)) for element in provider.all("documentation")),
        *(("instruction", element, "url", ("descr",)) for element in provider.all("instruction")),
        *(("enable", element, "visiturl", ("instruction", "descr")) for element in provider.all("enable")),
        *(
            ("webmail", page, "url", ())
            for parent in (root, provider)
            for webmail in parent.all("webmail")
            for page in webmail.all("loginpage")
        ),
    )
    links = []
    for kind, element, attribute, names in places[:LINK_LIMIT]:
        url = web_address(element.attributes.get(attribute, ""), address)
        texts = _texts(element, names)
        if url or texts:
            links.append(Link(kind, url, texts))
    return tuple(dict.fromkeys(links))


def _texts(element: Element, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return descriptions by language."""
    return tuple(
        (clean(child.attributes.get("lang", ""), _LANGUAGE_LIMIT), clean(" ".join(child.text.split()), _TEXT_LIMIT))
        for child in list(element.all(*names))[:LINK_LIMIT]
        if child.text
    )


def _services(root: Element, provider: Element, address: Address) -> Facts:
    """Return where the provider offers what is not IMAP, POP3 or SMTP."""
    found = [*_other_servers(provider, address), *_shared(root, address), *_shared(provider, address)]
    return tuple(dict.fromkeys(found))[:SERVER_LIMIT]


def _other_servers(provider: Element, address: Address) -> Iterator[tuple[str, str]]:
    """Return where servers of other types are: JMAP, Exchange."""
    for server in islice(provider.all(*_SERVERS), SERVER_LIMIT):
        kind = server.attributes.get("type", "").strip().lower()
        if not kind or protocol_of(kind):
            continue
        for name, tag in ((cite(kind), "url"), *_SERVICE_URLS):
            url = web_address(server.value(tag), address)
            if url:
                yield name, url


def _shared(parent: Element, address: Address) -> Iterator[tuple[str, str]]:
    """Return where calendars, contacts and files are, and who issues OAuth tokens (version 1.2)."""
    for tag, name in _DAV:
        for element in islice(parent.all(tag), SERVER_LIMIT):
            url = web_address(element.value("url") or element.value("serverurl"), address)
            if url:
                yield name, url
    for element in islice(parent.all("oauth2"), SERVER_LIMIT):
        issuer = element.value("issuer")
        where = web_address(issuer, address) or domain_name(issuer, address)
        if where:
            yield "oauth-issuer", where
