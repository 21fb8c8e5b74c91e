"""Domains where something gives no answer at all, or an answer that says nothing."""

from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import autoconfig, dead, every, host, ispdb, listens, mail, mx, silent, srv
from mailwizard.sandbox.published import client_config
from mailwizard.sandbox.web import Answer, Pace

_NAMES = ("@", "mail", "imap", "smtp", "autoconfig", "autodiscover", "ua-auto-config")
_WEB = ("@", "autoconfig", "autodiscover", "ua-auto-config")
_RECORDS = every(mail("post7"), srv("imaps", "post7", 993), srv("submissions", "post7", 465))
_BY_RECORD = {"incoming": "imap://post7.{d}:993/tls", "outgoing": "smtp://post7.{d}:465/tls"}
_BY_GUESS = {"incoming": "imap://mail.{d}:993/tls", "outgoing": "smtp://mail.{d}:465/tls"}

DOMAINS = (
    Domain(
        "silent-all.example",
        "every name exists and every port swallows",
        (mx("mail"), *(silent(name) for name in _NAMES)),
        causes=("settings_not_found",),
    ),
    Domain(
        "silent-web.example",
        "web hosts swallow, the mail host is well",
        (mx("in.filter.example."), *(silent(name) for name in _WEB), mail("mail")),
        **_BY_GUESS,  # type: ignore[arg-type]
    ),
    Domain(
        "silent-ispdb.example",
        "the ISPDB swallows, and records name the servers",
        (_RECORDS, silent("autoconfig.thunderbird.net.")),
        alone=True,
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "silent-ipv6.example",
        "a mail host whose IPv6 address leads nowhere",
        (
            mx("in.filter.example."),
            host("v6", "2001:db8:7::6"),
            silent("v6"),
            host("mail", "2001:db8:7::6", "203.0.113.254"),
            listens("v4", 993),
            host("v4", "203.0.113.254"),
            listens("mail", 993, 465),
        ),
        **_BY_GUESS,  # type: ignore[arg-type]
    ),
    Domain(
        "silent-document.example",
        "a web host that takes the request and never answers, and an entry in the ISPDB",
        (
            mx("in.filter.example."),
            autoconfig(Answer(pace=Pace.SILENT)),
            ispdb(client_config("imap in7.{d} 993 SSL", "smtp out7.{d} 465 SSL")),
        ),
        incoming="imap://in7.{d}:993/tls",
        outgoing="smtp://out7.{d}:465/tls",
    ),
    Domain(
        "silent-dns.example",
        "no name server of the domain answers",
        (dead("@"),),
        causes=("dns_temp_failure",),
    ),
    Domain(
        "dns-dead.example",
        "no resolver answers at all",
        (dead(""),),
        causes=("dns_temp_failure",),
        alone=True,
    ),
    Domain(
        "dns-servfail.example",
        "the domain's name servers are in disorder",
        (dead("@", "dns.servfail"),),
        causes=("dns_temp_failure",),
    ),
    Domain(
        "dns-mx-servfail.example",
        "one record cannot be had, the others can",
        (
            dead("_submission._tcp", "dns.servfail"),
            mx("in.filter.example."),
            _RECORDS,
        ),
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain("no-such-domain.example", "a domain that does not exist", causes=("domain_not_found",)),
    Domain("gmial.com", "a slip of the keyboard", causes=("domain_not_found",), says=("gmail.com",)),
    Domain("hotmial.com", "another slip of the keyboard", causes=("domain_not_found",), says=("hotmail.com",)),
    Domain(
        "no-mail-host.example",
        "a domain with a web site and nothing for mail",
        (host("@"), host("www")),
        causes=("settings_not_found",),
    ),
    Domain(
        "egress-blocked.example",
        "a machine that may not reach any mail port",
        (
            mx("in.filter.example."),
            host("@"),
            *(mail(name) for name in ("imap", "mail", "smtp")),
            *(silent("", port) for port in (25, 110, 143, 465, 587, 993, 995)),
        ),
        causes=("egress_blocked",),
        alone=True,
    ),
    Domain(
        "egress-half.example",
        "a machine that may reach 993 and 465, and neither 143 nor 587",
        (mx("in.filter.example."), mail("mail"), silent("", 143), silent("", 587), silent("", 25)),
        alone=True,
        **_BY_GUESS,  # type: ignore[arg-type]
    ),
)
