"""What people complained of in other programs: leftovers that win, pages that pass for documents, slow sources."""

from mailwizard.model import AuthKind
from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import (
    ISPDB,
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
    silent,
    srv,
    well_known,
)
from mailwizard.sandbox.published import LOGIN_PAGE, client_config
from mailwizard.sandbox.web import Answer, Pace

_LEFTOVER = client_config("imap mail.{d} 993 SSL", "smtp mail.{d} 465 SSL")
_GOOGLE = {"incoming": "imap://imap.gmail.com:993/tls", "outgoing": "smtp://smtp.gmail.com:465/tls"}
_MICROSOFT = {
    "incoming": "imap://outlook.office365.com:993/tls",
    "outgoing": "smtp://smtp.office365.com:587/starttls",
    "auth": (AuthKind.OAUTH2,),
}
_RECORDS = every(mail("post7"), srv("imaps", "post7", 993), srv("submissions", "post7", 465))
_BY_RECORD = {"incoming": "imap://post7.{d}:993/tls", "outgoing": "smtp://post7.{d}:465/tls"}

DOMAINS = (
    Domain(
        "leftover-google.example",
        "a web host's document left over after the move to Google",
        (mx("aspmx.l.google.com.", 1), autoconfig(_LEFTOVER), well_known(_LEFTOVER), mail("mail")),
        lists=("imap://mail.{d}:993/tls",),
        causes=("sources_disagree",),
        **_GOOGLE,  # type: ignore[arg-type]
    ),
    Domain(
        "leftover-microsoft.example",
        "documents and records left over after the move to Microsoft 365",
        (
            mx("leftover--microsoft-example.mail.protection.outlook.com.", 0),
            alias("autodiscover", "autodiscover.outlook.com."),
            autoconfig(_LEFTOVER),
            srv("imaps", "mail", 993),
            srv("submission", "mail", 587),
            mail("mail"),
        ),
        lists=("imap://mail.{d}:993/tls",),
        causes=("sources_disagree",),
        **_MICROSOFT,  # type: ignore[arg-type]
    ),
    Domain(
        "leftover-hosts.example",
        "mail hosts that still answer after the move to Google",
        (mx("aspmx.l.google.com.", 1), mail("mail"), mail("imap"), mail("smtp")),
        **_GOOGLE,  # type: ignore[arg-type]
    ),
    Domain(
        "behind-filter.example",
        "a university whose hosts give no answer, because its mail is at Google",
        (
            mx("aspmx.l.google.com.", 1),
            *(silent(name) for name in ("@", "mail", "imap", "smtp", "autoconfig", "autodiscover")),
        ),
        **_GOOGLE,  # type: ignore[arg-type]
    ),
    Domain(
        "slow-document.example",
        "a document that drips while records name the servers",
        (autoconfig(Answer(b"<clientConfig>" + b" " * 2000, pace=Pace.DRIP)), _RECORDS),
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "captive.example",
        "a hotel's login page in place of every web host",
        (
            mx("in.filter.example."),
            *(page(name, "/*", LOGIN_PAGE) for name in ("@", "autoconfig", "autodiscover", f"{ISPDB}.")),
        ),
        causes=("captive_portal",),
        alone=True,
    ),
    Domain(
        "captive-certificate.example",
        "a hotel's login page under the hotel's certificate, and records that name the servers",
        (
            *(
                every(page(name, "/*", LOGIN_PAGE), shows(name, "wifi.hotel.example."))
                for name in ("@", "autoconfig", f"{ISPDB}.")
            ),
            _RECORDS,
        ),
        alone=True,
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "network-login.example",
        "a network that asks for a login with the status made for it (RFC 6585)",
        (
            mx("in.filter.example."),
            *(page(name, "/*", Answer(LOGIN_PAGE.body, 511, "text/html")) for name in ("@", "autoconfig", f"{ISPDB}.")),
        ),
        causes=("captive_portal",),
        alone=True,
    ),
    Domain(
        "user-form.example",
        "the document's login name stays, whatever is usual elsewhere",
        (
            mx("in.filter.example."),
            autoconfig(
                client_config("imap in7.{d} 993 SSL %EMAILLOCALPART%", "smtp out7.{d} 465 SSL %EMAILLOCALPART%")
            ),
            srv("imaps", "in7", 993),
            srv("submissions", "out7", 465),
        ),
        incoming="imap://in7.{d}:993/tls",
        outgoing="smtp://out7.{d}:465/tls",
        username="{l}",
        outgoing_username="{l}",
    ),
    Domain(
        "send-only.example",
        "a document that names nothing to receive with",
        (mx("in.filter.example."), autoconfig(client_config("smtp out7.{d} 465 SSL"))),
        outgoing="smtp://out7.{d}:465/tls",
    ),
    Domain(
        "receive-only.example",
        "a document that names nothing to send with, and nothing may be made up",
        (mx("in.filter.example."), autoconfig(client_config("imap in7.{d} 993 SSL")), host("smtp")),
        incoming="imap://in7.{d}:993/tls",
    ),
    Domain(
        "agreement.example",
        "three sources that say the same",
        (
            mx("in.filter.example."),
            autoconfig(client_config("imap in7.{d} 993 SSL", "smtp out7.{d} 465 SSL")),
            ispdb(client_config("imap in7.{d} 993 SSL", "smtp out7.{d} 465 SSL")),
            srv("imaps", "in7", 993),
            srv("submissions", "out7", 465),
            listens("in7", 993),
            listens("out7", 465),
        ),
        incoming="imap://in7.{d}:993/tls",
        outgoing="smtp://out7.{d}:465/tls",
    ),
)
