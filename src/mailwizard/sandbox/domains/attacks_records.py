"""Attacks by whom DNS names: strangers' servers, and names that look like somebody else's."""

from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import (
    POX_PATH,
    alias,
    autoconfig,
    every,
    host,
    ispdb,
    mail,
    mx,
    page,
    srv,
    txt,
)
from mailwizard.sandbox.published import client_config, pox
from mailwizard.sandbox.web import Answer

_EVIL = client_config("imap imap.thief.example 993 SSL", "smtp smtp.thief.example 465 SSL")
_EVIL_POX = pox("IMAP imap.thief.example 993 SSL=on", "SMTP smtp.thief.example 465 SSL=on")
_MX = mx("in.filter.example.")
_RECORDS = every(mail("post7"), srv("imaps", "post7", 993), srv("submissions", "post7", 465))
_BY_RECORD = {"incoming": "imap://post7.{d}:993/tls", "outgoing": "smtp://post7.{d}:465/tls"}
_THIEF = {"never": ("imap.thief.example", "smtp.thief.example"), "unasked": ("thief.example",)}
_NOT_GOOGLE = {"never": ("imap.gmail.com", "smtp.gmail.com")}
_NOT_MICROSOFT = {"never": ("outlook.office365.com", "smtp.office365.com"), "unasked": ("outlook.office365.com",)}


DOMAINS = (
    Domain(
        "srv-foreign.example",
        "service records that lead to another owner",
        (
            _MX,
            mail("imap.thief.example."),
            srv("imaps", "imap.thief.example.", 993),
            srv("submissions", "smtp.thief.example.", 465),
        ),
        incoming=None,
        outgoing=None,
        consent=True,
        doubted=("imap.thief.example", "smtp.thief.example"),
        untold=("imap.thief.example",),
        attack="be trusted because unsigned DNS says so",
    ),
    Domain(
        "srv-alike.example",
        "a target that begins with the domain",
        (
            _MX,
            srv("imaps", "mail.srv-alike.example.thief.example.", 993),
            srv("submissions", "mail.srv-alike.example.thief.example.", 465),
        ),
        incoming=None,
        outgoing=None,
        consent=True,
        doubted=("mail.srv-alike.example.thief.example",),
        attack="pass for the domain",
    ),
    Domain(
        "srv-tail.example",
        "a target that ends like the domain without a dot between",
        (
            _MX,
            srv("imaps", "imap.thief-srv-tail.example.", 993),
            srv("submissions", "imap.thief-srv-tail.example.", 465),
        ),
        incoming=None,
        outgoing=None,
        consent=True,
        doubted=("imap.thief-srv-tail.example",),
        attack="pass for the domain",
    ),
    Domain(
        "srv-suffix-example.co.uk",
        "a target below the same public suffix",
        (_MX, srv("imaps", "imap.thief.co.uk.", 993), srv("submissions", "imap.thief.co.uk.", 465)),
        incoming=None,
        outgoing=None,
        consent=True,
        doubted=("imap.thief.co.uk",),
        attack="pass for the domain",
    ),
    Domain(
        "mx-alike.example",
        "an exchanger that begins like Google's",
        (mx("aspmx.l.google.com.thief.example."),),
        attack="pass for Google",
        unasked=("thief.example",),
        **_NOT_GOOGLE,  # type: ignore[arg-type]
    ),
    Domain(
        "mx-tail.example",
        "an exchanger that ends like Google's without a dot between",
        (mx("aspmx.evilgoogle.com."), mx("mx.notgooglemail.com.")),
        attack="pass for Google",
        **_NOT_GOOGLE,  # type: ignore[arg-type]
    ),
    Domain(
        "mx-alike-microsoft.example",
        "an exchanger that looks like Microsoft's",
        (
            mx("mx-alike.mail.protection.outlook.com.thief.example."),
            mx("mx-alike.evilmail.protection.outlook.com.thief.example."),
            mx("mx.microsoft.thief.example."),
        ),
        attack="pass for Microsoft",
        **_NOT_MICROSOFT,  # type: ignore[arg-type]
    ),
    Domain(
        "mx-stranger.example",
        "an exchanger of another owner, who has a mail server and documents",
        (
            mx("mx.thief.example."),
            mail("mx.thief.example."),
            mail("mail.thief.example."),
            page("autoconfig.thief.example.", "/*", Answer(_EVIL)),
            page("thief.example.", "/*", Answer(_EVIL)),
        ),
        attack="be asked because mail arrives there",
        never=("mx.thief.example", "mail.thief.example", "imap.thief.example"),
        unasked=("thief.example",),
    ),
    Domain(
        "team.climb.example",
        "a host one public suffix higher that answers for everybody",
        (
            _MX,
            *(
                page(f"{name}.example.", "/*", Answer(_EVIL))
                for name in ("autoconfig", "autodiscover", "ua-auto-config")
            ),
            *(mail(f"{name}.example.") for name in ("mail", "imap", "smtp")),
        ),
        never=("imap.thief.example", "mail.example", "imap.example", "smtp.example"),
        unasked=tuple(
            f"{name}.example"
            for name in (
                "autoconfig",
                "autodiscover",
                "ua-auto-config",
                "mail",
                "imap",
                "smtp",
                "_autodiscover._tcp",
                "_imaps._tcp",
            )
        ),
        attack="collect what climbs up to it",
        alone=True,
    ),
    Domain(
        "climb-example.co.uk",
        "a host at a public suffix of two labels",
        (
            _MX,
            page("autoconfig.co.uk.", "/*", Answer(_EVIL)),
            page("autodiscover.co.uk.", POX_PATH, Answer(_EVIL_POX)),
            mail("mail.co.uk."),
            ispdb(_EVIL, "co.uk"),
            ispdb(_EVIL, "uk"),
        ),
        never=("imap.thief.example", "mail.co.uk"),
        unasked=("autoconfig.co.uk", "autodiscover.co.uk", "mail.co.uk", "autodiscover.uk", "_imaps._tcp.co.uk"),
        attack="collect what climbs up to it",
    ),
    Domain(
        "autodiscover-foreign.example",
        "an Autodiscover record that leads to another owner",
        (
            _MX,
            srv("autodiscover", "www.thief.example.", 443),
            page("www.thief.example.", POX_PATH, Answer(_EVIL_POX)),
        ),
        untold=("www.thief.example",),
        attack="learn the address",
        **_THIEF,  # type: ignore[arg-type]
    ),
    Domain(
        "autodiscover-alias.example",
        "an alias that looks like Microsoft's",
        (
            _MX,
            alias("autodiscover", "autodiscover.outlook.com.thief.example."),
            host("autodiscover.outlook.com.thief.example."),
        ),
        attack="pass for Microsoft",
        **_NOT_MICROSOFT,  # type: ignore[arg-type]
    ),
    Domain(
        "mailconf-foreign.example",
        "a TXT record that names another owner's document",
        (
            _MX,
            txt("@", "mailconf=https://www.thief.example/mail.xml"),
            page("www.thief.example.", "/mail.xml", Answer(_EVIL)),
        ),
        attack="be trusted because unsigned DNS says so",
        untold=("www.thief.example",),
        **_THIEF,  # type: ignore[arg-type]
    ),
    Domain(
        "mailconf-http.example",
        "a TXT record that names a document in clear",
        (_MX, txt("@", "mailconf=http://conf7.{d}/mail.xml"), page("conf7", "/mail.xml", Answer(_EVIL), port=80)),
        attack="swap the document on the way",
        **_THIEF,  # type: ignore[arg-type]
    ),
    Domain(
        "mailconf-inside.example",
        "TXT records that name this machine, its network and its files",
        (
            _MX,
            txt("@", "mailconf=https://127.0.0.1/mail.xml"),
            txt("@", "mailconf=https://10.0.0.1/mail.xml"),
            txt("@", "mailconf=file:///etc/passwd"),
            txt("@", "mailconf=\x1b[2J"),
            txt("@", "mailconf="),
        ),
        attack="reach into the private network",
    ),
    Domain(
        "poisoned-ispdb.example",
        "an entry in the ISPDB that contradicts the domain's own document",
        (
            _MX,
            ispdb(_EVIL),
            autoconfig(client_config("imap in7.{d} 993 SSL", "smtp out7.{d} 465 SSL")),
        ),
        incoming="imap://in7.{d}:993/tls",
        outgoing="smtp://out7.{d}:465/tls",
        untold=("autoconfig.thunderbird.net",),
        attack="poison the ISPDB",
    ),
)
