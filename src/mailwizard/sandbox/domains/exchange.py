"""Domains whose mail is on an Exchange server of their own, which Autodiscover of either version tells."""

from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import Piece, autodiscover, host, listens, mx, page
from mailwizard.sandbox.published import pox
from mailwizard.sandbox.web import Answer

_CLOSED = Answer(status=401, headers=(("WWW-Authenticate", "NTLM"),))
_OUTSIDE = "https://mail.{d}/EWS/Exchange.asmx"
_INSIDE = "https://ex1.{d}/EWS/Exchange.asmx"
_MX = mx("in.filter.example.")
_ENDPOINT = "ews://mail.{d}:443/EWS/Exchange.asmx"


def _open(url: str) -> Piece:
    """Return version 2 of Autodiscover, which names a web service to everybody who asks."""
    body = b'{"Protocol":"Ews","Url":"' + url.encode() + b'"}'
    return page("autodiscover", "/autodiscover/autodiscover.json*", Answer(body, content_type="application/json"))


DOMAINS = (
    Domain(
        "exchange-both.example",
        "an Exchange server with one name for the inside and one for the outside",
        (
            _MX,
            host("mail"),
            host("ex1"),
            autodiscover(pox(f"EXCH ex1.{{d}} - EwsUrl={_INSIDE}", f"EXPR mail.{{d}} - EwsUrl={_OUTSIDE}")),
        ),
        incoming=_ENDPOINT,
        username="",
        lists=("ews://ex1.{d}:443/EWS/Exchange.asmx",),
        says=("for the inside of the company's network",),
    ),
    Domain(
        "exchange-clear.example",
        "an Exchange server named without encryption",
        (_MX, host("mail"), autodiscover(pox("EXPR mail.{d} - EwsUrl=http://mail.{d}/EWS/Exchange.asmx"))),
        says=("is not encrypted",),
        never=("mail.{d}",),
    ),
    Domain(
        "exchange-closed.example",
        "Autodiscover that wants a sign-in first, and its second version that tells everybody",
        (_MX, listens("mail", 443), host("mail"), autodiscover(_CLOSED), _open(_OUTSIDE)),
        incoming=_ENDPOINT,
        username="",
    ),
    Domain(
        "exchange-silent.example",
        "Autodiscover that wants a sign-in first in both versions",
        (_MX, autodiscover(_CLOSED), page("autodiscover", "/autodiscover/autodiscover.json*", _CLOSED)),
        says=("http.401",),
    ),
    Domain(
        "exchange-hosted.example",
        "an Exchange server of a hoster, who is somebody else",
        (_MX, autodiscover(_CLOSED), _open("https://owa.hoster.example/EWS/Exchange.asmx")),
        incoming="ews://owa.hoster.example:443/EWS/Exchange.asmx",
        username="",
        consent=True,
        doubted=("owa.hoster.example",),
    ),
    Domain(
        "exchange-thief.example",
        "a web service with a user name in its address, which hides whose it is",
        (_MX, autodiscover(pox("EXPR mail.{d} - EwsUrl=https://mail.exchange-thief.example@thief.example/EWS"))),
        never=("thief.example",),
        attack="a password for the mailbox",
    ),
)
