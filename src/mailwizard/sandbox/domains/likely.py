"""Domains that publish nothing, so that only trying likely names and ports helps."""

from mailwizard.model import Security
from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import alias, every, host, listens, mail, mx, shows, silent

_MX = every(mx("in.filter.example."), host("@"))
_MAIL = {"incoming": "imap://mail.{d}:993/tls", "outgoing": "smtp://mail.{d}:465/tls"}

DOMAINS = (
    Domain(
        "guess-two.example",
        "a name for each protocol",
        (_MX, listens("imap", 993, 143), listens("smtp", 465, 587)),
        incoming="imap://imap.{d}:993/tls",
        outgoing="smtp://smtp.{d}:465/tls",
        consent=True,
    ),
    Domain("guess-mail.example", "one name for both protocols", (_MX, mail("mail")), consent=True, **_MAIL),  # type: ignore[arg-type]
    Domain(
        "guess-bare.example",
        "the domain's own name",
        (mx("in.filter.example."), mail("@")),
        incoming="imap://{d}:993/tls",
        outgoing="smtp://{d}:465/tls",
        consent=True,
    ),
    Domain(
        "guess-starttls.example",
        "STARTTLS only",
        (_MX, listens("mail", 143, 587)),
        incoming="imap://mail.{d}:143/starttls",
        outgoing="smtp://mail.{d}:587/starttls",
    ),
    Domain(
        "guess-dropped.example",
        "143 and 587 swallowed by a firewall, 993 and 465 open",
        (_MX, mail("mail"), silent("mail", 143), silent("mail", 587)),
        **_MAIL,  # type: ignore[arg-type]
    ),
    Domain(
        "guess-pop.example",
        "POP3 and submission only",
        (_MX, listens("mail", 995, 110, 465, 587)),
        incoming=None,
        outgoing="smtp://mail.{d}:465/tls",
    ),
    Domain(
        "guess-half.example",
        "IMAP answers, and nothing to send with may be made up",
        (_MX, listens("imap", 993), host("smtp")),
        incoming="imap://imap.{d}:993/tls",
        outgoing="",
    ),
    Domain(
        "guess-alias.example",
        "names that are aliases of the hoster's machine, with a certificate for both",
        (
            _MX,
            host("box7.shared-hoster.example."),
            alias("imap", "box7.shared-hoster.example."),
            alias("smtp", "box7.shared-hoster.example."),
            listens("imap", 993),
            listens("smtp", 465),
        ),
        incoming="imap://imap.{d}:993/tls",
        outgoing="smtp://smtp.{d}:465/tls",
    ),
    Domain(
        "guess-mute.example",
        "ports that accept and never speak",
        (_MX, *(listens(name, 993, 143, 465, 587, server="mute") for name in ("imap", "mail", "smtp"))),
        causes=("settings_not_found",),
    ),
    Domain(
        "guess-stranger.example",
        "another service on the mail ports",
        (_MX, *(listens(name, 993, 143, 465, 587, server="stranger") for name in ("imap", "mail", "smtp"))),
        causes=("settings_not_found",),
    ),
    Domain(
        "guess-plain.example",
        "servers that cannot encrypt",
        (_MX, listens("mail", 143, 587, 110, server="unencrypted", security=Security.NONE)),
    ),
    Domain(
        "guess-certificate.example",
        "a certificate that is the hoster's",
        (_MX, mail("mail"), shows("mail", "box8.shared-hoster.example.")),
        incoming=None,
        outgoing=None,
        doubted=("mail.{d}",),
        says=("box8.shared-hoster.example",),
    ),
    Domain(
        "guess-wildcard-web.example",
        "every name exists and leads to a web host",
        (mx("in.filter.example."), host("*"), host("@"), listens("*", 443)),
        causes=("settings_not_found",),
        says=("wildcard",),
    ),
    Domain(
        "guess-wildcard-mail.example",
        "every name exists, and one of them is meant",
        (mx("in.filter.example."), host("*"), host("mail"), mail("mail")),
        incoming=None,
        outgoing=None,
        says=("wildcard",),
    ),
)
