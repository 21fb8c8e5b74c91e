"""Domains that publish a configuration document of Thunderbird's kind, tidy or dirty, here or in the ISPDB."""

import gzip

from mailwizard.model import AuthKind
from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.pki import Signer
from mailwizard.sandbox.plot import (
    alias,
    autoconfig,
    every,
    host,
    ispdb,
    listens,
    mail,
    mx,
    page,
    shows,
    srv,
    txt,
    well_known,
)
from mailwizard.sandbox.published import LOGIN_PAGE, client_config, redirect
from mailwizard.sandbox.web import Answer

_MX = mx("in.filter.example.")
_IN, _OUT = "imap in7.{d} 993 SSL", "smtp out7.{d} 465 SSL"
_GOOD = client_config(_IN, _OUT)
_FOUND = {"incoming": "imap://in7.{d}:993/tls", "outgoing": "smtp://out7.{d}:465/tls"}
_BY_RECORD = {"incoming": "imap://post7.{d}:993/tls", "outgoing": "smtp://post7.{d}:465/tls"}
_RECORDS = every(mail("post7"), srv("imaps", "post7", 993), srv("submissions", "post7", 465))


def _document(name: str, about: str, *servers: str, head: str | None = None, **right: object) -> Domain:
    """Return a domain whose autoconfig host has a document with these servers."""
    written = client_config(*servers) if head is None else client_config(*servers, head=head)
    return Domain(name, about, (_MX, autoconfig(written)), **{**_FOUND, **right})  # type: ignore[arg-type]


DOMAINS = (
    _document("doc-autoconfig.example", "a document on the autoconfig host", _IN, _OUT),
    Domain("doc-well-known.example", "a document at the well-known place", (_MX, well_known(_GOOD)), **_FOUND),  # type: ignore[arg-type]
    Domain("doc-ispdb.example", "a document in the ISPDB only", (_MX, host("@"), ispdb(_GOOD)), **_FOUND),  # type: ignore[arg-type]
    _document(
        "doc-local-part.example",
        "the part before the @ as login name",
        "imap in7.{d} 993 SSL %EMAILLOCALPART%",
        "smtp out7.{d} 465 SSL %EMAILADDRESS%",
        username="{l}",
        outgoing_username="{a}",
    ),
    _document(
        "doc-placeholders.example",
        "placeholders in every element",
        "imap in7.%EMAILDOMAIN% 993 SSL %EMAILLOCALPART%.%EMAILDOMAIN%",
        "smtp out7.%EMAILDOMAIN% 465 SSL %EMAILLOCALPART%@%EMAILDOMAIN%",
        username="{l}.{d}",
        outgoing_username="{a}",
    ),
    _document(
        "doc-percent.example",
        "a placeholder without its last percent sign",
        "imap in7.{d} 993 SSL %EMAILADDRESS",
        "smtp out7.{d} 465 SSL %EMAILADDRESS%",
    ),
    _document(
        "doc-several.example",
        "several servers, the best of each kind first",
        _IN,
        "imap in7.{d} 143 STARTTLS",
        "pop3 pop7.{d} 995 SSL",
        _OUT,
        "smtp out7.{d} 587 STARTTLS",
        lists=("imap://in7.{d}:143/starttls", "smtp://out7.{d}:587/starttls", "pop3://pop7.{d}:995/tls"),
    ),
    _document(
        "doc-order.example",
        "STARTTLS before TLS in the document",
        "imap in7.{d} 143 STARTTLS",
        _IN,
        "smtp out7.{d} 587 STARTTLS",
        _OUT,
    ),
    _document("doc-pop-first.example", "POP3 before IMAP in the document", "pop3 pop7.{d} 995 SSL", _IN, _OUT),
    _document(
        "doc-pop-only.example",
        "POP3 and no IMAP",
        "pop3 pop7.{d} 995 SSL",
        _OUT,
        incoming="pop3://pop7.{d}:995/tls",
    ),
    _document(
        "doc-empty-port.example", "a server with an empty port", "imap bad7.{d} - SSL", _IN, "smtp - 465 SSL", _OUT
    ),
    _document("doc-unknown-socket.example", "a socket type that nobody knows", "imap bad7.{d} 993 QUIC", _IN, _OUT),
    _document(
        "doc-unknown-type.example", "a server type that nobody knows", "carrierpigeon bad7.{d} 993 SSL", _IN, _OUT
    ),
    _document(
        "doc-plain-too.example",
        "a server without encryption before one with",
        "imap in7.{d} 143 plain",
        _IN,
        "smtp out7.{d} 25 plain",
        _OUT,
        refuses=("in7.{d}:143", "out7.{d}:25"),
    ),
    _document(
        "doc-plain-only.example",
        "servers without encryption only",
        "imap in7.{d} 143 plain",
        "smtp out7.{d} 25 plain",
        incoming="",
        outgoing="",
        refuses=("in7.{d}:143", "out7.{d}:25"),
    ),
    _document(
        "doc-oauth.example",
        "browser sign-in before a password",
        "imap in7.{d} 993 SSL %EMAILADDRESS% OAuth2 password-cleartext",
        "smtp out7.{d} 465 SSL %EMAILADDRESS% OAuth2 password-cleartext",
        auth=(AuthKind.OAUTH2, AuthKind.PASSWORD),
    ),
    _document(
        "doc-encrypted.example",
        "a password under a challenge",
        "imap in7.{d} 993 SSL %EMAILADDRESS% password-encrypted",
        "smtp out7.{d} 465 SSL %EMAILADDRESS% password-encrypted",
        auth=(AuthKind.PASSWORD,),
    ),
    _document("doc-bom.example", "a byte order mark in front", _IN, _OUT, head="\ufeff<?xml version='1.0'?>"),
    _document(
        "doc-encoding.example",
        "a declaration of another encoding than the document's",
        _IN,
        _OUT,
        head='<?xml version="1.0" encoding="UTF-16"?>',
    ),
    _document("doc-no-head.example", "no XML declaration", _IN, _OUT, head=""),
    _document(
        "doc-apostrophe.example",
        "a local part that must be encoded on the way",
        "imap in7.{d} 993 SSL %EMAILLOCALPART%",
        _OUT,
        local="o'hara&sons+mail",
        username="{l}",
        outgoing_username="{a}",
    ),
    _document("käse.example", "letters beyond ASCII in the domain of a document", _IN, _OUT),
    Domain(
        "doc-latin.example",
        "letters in an old encoding",
        (
            _MX,
            autoconfig(
                client_config(_IN, _OUT, head="<?xml version='1.0' encoding='ISO-8859-1'?>").replace(
                    b"Mail of", "Büro".encode("latin-1")
                )
            ),
        ),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-redirect.example",
        "a redirect within the domain",
        (_MX, autoconfig(redirect("https://www.{d}/mail/7.xml")), page("www", "/mail/7.xml", Answer(_GOOD))),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-redirects.example",
        "three redirects, of which one is relative",
        (
            _MX,
            autoconfig(redirect("https://one.{d}/a")),
            page("one", "/a", redirect("/b", 301)),
            page("one", "/b", redirect("https://two.{d}/c", 308)),
            page("two", "/c", Answer(_GOOD)),
        ),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-packed.example",
        "a packed document",
        (
            _MX,
            autoconfig(
                Answer(
                    gzip.compress(
                        client_config("imap in7.doc-packed.example 993 SSL", "smtp out7.doc-packed.example 465 SSL"),
                        mtime=0,
                    ),
                    headers=(("Content-Encoding", "gzip"),),
                )
            ),
        ),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-type.example",
        "a document that is called HTML",
        (_MX, autoconfig(Answer(_GOOD, content_type="text/html; charset=utf-8"))),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-missing.example",
        "an autoconfig host that has none, and a well-known place that has",
        (_MX, listens("autoconfig", 443), well_known(_GOOD)),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-broken-host.example",
        "an autoconfig host that is out of order, and a well-known place that works",
        (_MX, autoconfig(Answer(b"oops", 500, "text/plain")), well_known(_GOOD)),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-web-host.example",
        "a web host that answers every path with its start page",
        (_MX, page("@", "/*", LOGIN_PAGE), page("autoconfig", "/*", LOGIN_PAGE), _RECORDS),
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-hoster.example",
        "an autoconfig host that is the hoster's, under the hoster's certificate",
        (
            _MX,
            host("config7.shared-hoster.example."),
            alias("autoconfig", "config7.shared-hoster.example."),
            autoconfig(_GOOD),
            shows("autoconfig", "config7.shared-hoster.example."),
            _RECORDS,
        ),
        says=("tls.hostname",),
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-http.example",
        "a document in clear only",
        (_MX, page("autoconfig", "/mail/config-v1.1.xml", Answer(_GOOD), port=80)),
        never=("in7.{d}", "out7.{d}"),
    ),
    Domain(
        "staff.doc-parent.example",
        "a document of the registered parent",
        (
            mx("in.filter.example."),
            page("autoconfig.doc-parent.example.", "/mail/config-v1.1.xml", Answer(_GOOD)),
        ),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-mailconf.example",
        "a document whose place a TXT record names",
        (
            _MX,
            txt("@", "v=spf1 mx -all"),
            txt("@", "mailconf=https://conf7.{d}/some/where.xml"),
            page("conf7", "/some/where.xml", Answer(_GOOD)),
        ),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-own-first.example",
        "an old entry in the ISPDB beside the domain's own document",
        (
            _MX,
            autoconfig(_GOOD),
            ispdb(client_config("imap old7.{d} 993 SSL", "smtp old7.{d} 465 SSL")),
        ),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "doc-internal.example",
        "a company's own network, with an authority that this machine trusts",
        (
            _MX,
            host("@", "10.20.30.1"),
            host("autoconfig", "10.20.30.2"),
            autoconfig(_GOOD),
            shows("autoconfig", signer=Signer.AUTHORITY),
        ),
        internal=True,
        **_FOUND,  # type: ignore[arg-type]
    ),
)
