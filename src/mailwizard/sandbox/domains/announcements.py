"""Domains found by PACC, by Autodiscover of either kind, or by an alias at Microsoft."""

from mailwizard.model import AuthKind
from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import alias, autodiscover, every, host, listens, mail, mx, pacc, page, srv
from mailwizard.sandbox.published import LOGIN_PAGE, pacc_document, pox
from mailwizard.sandbox.web import Answer

_MX = mx("in.filter.example.")
_FOUND = {"incoming": "imap://in7.{d}:993/tls", "outgoing": "smtp://out7.{d}:465/tls"}
_MICROSOFT = {
    "incoming": "imap://outlook.office365.com:993/tls",
    "outgoing": "smtp://smtp.office365.com:587/starttls",
    "auth": (AuthKind.OAUTH2,),
}
_GOOD = pox("IMAP in7.{d} 993 SSL=on", "SMTP out7.{d} 465 SSL=on")
_RECORDS = every(mail("post7"), srv("imaps", "post7", 993), srv("submissions", "post7", 465))
_BY_RECORD = {"incoming": "imap://post7.{d}:993/tls", "outgoing": "smtp://post7.{d}:465/tls"}


def _announced(name: str, about: str, *protocols: str, more: str = "", **right: object) -> Domain:
    """Return a domain whose autodiscover host answers with these protocols."""
    return Domain(name, about, (_MX, autodiscover(pox(*protocols, more=more))), **{**_FOUND, **right})  # type: ignore[arg-type]


DOMAINS = (
    Domain(
        "pacc.example",
        "a signed announcement of the coming standard",
        (_MX, pacc(pacc_document(imap="in7.{d}", submit="out7.{d}"))),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "pacc-older.example",
        "the same by the draft of early 2026, which says smtp for submit",
        (_MX, pacc(pacc_document(imap="in7.{d}", smtp="out7.{d}", pop3="pop7.{d}"))),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "pacc-oauth.example",
        "browser sign-in and no password",
        (_MX, pacc(pacc_document(password=False, issuer="https://login.{d}", imap="in7.{d}", submit="out7.{d}"))),
        auth=(AuthKind.OAUTH2,),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain("pox.example", "an autodiscover host", (_MX, autodiscover(_GOOD)), **_FOUND),  # type: ignore[arg-type]
    Domain("pox-bare.example", "Autodiscover at the domain's own web host", (_MX, autodiscover(_GOOD, "@")), **_FOUND),  # type: ignore[arg-type]
    Domain(
        "pox-srv.example",
        "Autodiscover at a host that a service record names",
        (_MX, srv("autodiscover", "ad7", 443), autodiscover(_GOOD, "ad7")),
        **_FOUND,  # type: ignore[arg-type]
    ),
    Domain(
        "pox-escape.example",
        "an address that must be escaped in XML",
        (_MX, autodiscover(_GOOD)),
        local="r&d",
        **_FOUND,  # type: ignore[arg-type]
    ),
    _announced(
        "pox-587.example",
        "SSL on port 587, which means STARTTLS",
        "IMAP in7.{d} 993 SSL=on",
        "SMTP out7.{d} 587 SSL=on",
        outgoing="smtp://out7.{d}:587/starttls",
    ),
    _announced(
        "pox-465.example",
        "port 465 without SSL, which means TLS all the same",
        "IMAP in7.{d} 993 SSL=off",
        "SMTP out7.{d} 465 SSL=off Encryption=None",
    ),
    _announced(
        "pox-login.example",
        "a login name of its own",
        "IMAP in7.{d} 993 SSL=on LoginName=alice7",
        "SMTP out7.{d} 465 SSL=on LoginName=alice7",
        username="alice7",
    ),
    _announced(
        "pox-exchange.example",
        "Exchange and neither IMAP nor SMTP",
        "EXCH ex7.{d} -",
        "EXPR ex7.{d} - SSL=On",
        incoming="",
        outgoing="",
        says=("exchange",),
    ),
    Domain(
        "pox-password.example",
        "an autodiscover host that asks for a password",
        (_MX, autodiscover(Answer(status=401, headers=(("WWW-Authenticate", 'Basic realm="mail"'),))), mail("mail")),
        says=("http.401",),
        incoming="imap://mail.{d}:993/tls",
        outgoing="smtp://mail.{d}:465/tls",
    ),
    Domain(
        "pox-page.example",
        "an autodiscover host that shows a web page",
        (_MX, autodiscover(LOGIN_PAGE), _RECORDS),
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "exchange-cloud.example",
        "Microsoft 365 told by the autodiscover alias alone",
        (_MX, alias("autodiscover", "autodiscover.outlook.com.")),
        **_MICROSOFT,  # type: ignore[arg-type]
    ),
    Domain(
        "exchange-here.example",
        "an Exchange server of the company's own, and nothing else",
        (
            mx("mail7"),
            listens("mail7", 443),
            alias("autodiscover", "mail7"),
            page(
                "autodiscover",
                "/autodiscover/autodiscover.json*",
                Answer(
                    b'{"Protocol":"AutodiscoverV1","Url":"https://autodiscover.{d}/autodiscover/autodiscover.xml"}',
                    content_type="application/json",
                ),
            ),
            autodiscover(pox("EXCH mail7.{d} -", "WEB - - OWAUrl=https://mail7.{d}/owa")),
            host("mail7"),
        ),
        says=("exchange",),
    ),
)
