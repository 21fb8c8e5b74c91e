"""Domains that are told by where their mail arrives: mailbox hosts, gateways, forwarders, and none of these."""

from mailwizard.model import AuthKind
from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import alias, host, ispdb, listens, mail, mx, srv, txt
from mailwizard.sandbox.published import client_config

GOOGLE = {
    "incoming": "imap://imap.gmail.com:993/tls",
    "outgoing": "smtp://smtp.gmail.com:465/tls",
    "auth": (AuthKind.APP_PASSWORD, AuthKind.OAUTH2),
}
MICROSOFT = {
    "incoming": "imap://outlook.office365.com:993/tls",
    "outgoing": "smtp://smtp.office365.com:587/starttls",
    "auth": (AuthKind.OAUTH2,),
}

DOMAINS = (
    Domain(
        "mx-google.example",
        "mail at Google, told by five exchangers",
        (
            mx("aspmx.l.google.com.", 1),
            *(mx(f"alt{at}.aspmx.l.google.com.", 5 * at) for at in (1, 2)),
            *(mx(f"aspmx{at}.googlemail.com.", 10) for at in (2, 3)),
            txt("@", "v=spf1 include:_spf.google.com ~all"),
        ),
        **GOOGLE,  # type: ignore[arg-type]
    ),
    Domain("mx-google-new.example", "mail at Google, told by one exchanger", (mx("smtp.google.com.", 1),), **GOOGLE),  # type: ignore[arg-type]
    Domain(
        "mx-microsoft.example",
        "mail at Microsoft 365 under its old names",
        (
            mx("mx--microsoft-example.mail.protection.outlook.com.", 0),
            alias("autodiscover", "autodiscover.outlook.com."),
        ),
        **MICROSOFT,  # type: ignore[arg-type]
    ),
    Domain(
        "mx-microsoft-new.example",
        "mail at Microsoft 365 under the names of 2026",
        (mx("mx--microsoft--new-example.k-v1.mx.microsoft.", 0),),
        **MICROSOFT,  # type: ignore[arg-type]
    ),
    Domain(
        "mx-fastmail.example",
        "mail at a mailbox host that the ISPDB does not know",
        (mx("in1-smtp.messagingengine.com."), mx("in2-smtp.messagingengine.com.", 20)),
        incoming="imap://imap.fastmail.com:993/tls",
        outgoing="smtp://smtp.fastmail.com:465/tls",
        username="",
        auth=(AuthKind.APP_PASSWORD, AuthKind.OAUTH2),
        causes=("app_password_required",),
    ),
    Domain(
        "mx-zoho.example",
        "a host with other servers for customers' own domains",
        (mx("mx.zoho.eu."), mx("mx2.zoho.eu.", 20)),
        incoming="imap://imappro.zoho.eu:993/tls",
        outgoing="smtp://smtppro.zoho.eu:465/tls",
        causes=("imap_disabled",),
    ),
    Domain(
        "mx-mailboxorg.example",
        "mail at a host named by a suffix",
        (mx("mxext1.mailbox.org."), mx("mxext2.mailbox.org.")),
        incoming="imap://imap.mailbox.org:993/tls",
        outgoing="smtp://smtp.mailbox.org:465/tls",
        username="",
    ),
    Domain(
        "mx-ovh.example",
        "a suffix within a longer one",
        (mx("mx1.mail.ovh.net.", 1),),
        incoming="imap://ssl0.ovh.net:993/tls",
        outgoing="smtp://ssl0.ovh.net:465/tls",
        auth=(AuthKind.PASSWORD,),
    ),
    Domain(
        "mx-aol.example",
        "the longer suffix goes before its parent",
        (mx("mx-aol.mail.gm0.yahoodns.net."),),
        incoming="imap://imap.aol.com:993/tls",
        outgoing="smtp://smtp.aol.com:465/tls",
        never=("imap.mail.yahoo.com",),
    ),
    Domain(
        "mx-outlook-consumer.example",
        "the longer suffix of Microsoft's consumer service",
        (mx("outlook-com.olc.protection.outlook.com.", 0),),
        incoming="imap://outlook.office365.com:993/tls",
        outgoing="smtp://smtp-mail.outlook.com:587/starttls",
        auth=(AuthKind.OAUTH2,),
    ),
    Domain(
        "mx-backup.example",
        "a provider that only keeps the mail while the own host is away",
        (mx("mail7"), mx("aspmx.l.google.com.", 50), mail("mail7")),
        incoming="imap://mail7.{d}:993/tls",
        outgoing="smtp://mail7.{d}:465/tls",
        never=("imap.gmail.com", "smtp.gmail.com"),
    ),
    Domain(
        "mx-gateway.example",
        "a filter in front and nothing else",
        (mx("mxa-00a1b2.gslb.pphosted.com."), mx("mxb-00a1b2.gslb.pphosted.com.")),
        causes=("mx_is_gateway",),
    ),
    Domain(
        "mx-gateway-microsoft.example",
        "Microsoft 365 behind a filter, betrayed by an alias",
        (mx("eu-smtp-inbound-1.mimecast.com."), alias("autodiscover", "autodiscover.outlook.com.")),
        **MICROSOFT,  # type: ignore[arg-type]
    ),
    Domain(
        "mx-gateway-own.example",
        "servers of its own behind a filter",
        (
            mx("mxa-00c3d4.gslb.pphosted.com."),
            mail("post7"),
            srv("imaps", "post7", 993),
            srv("submissions", "post7", 465),
        ),
        incoming="imap://post7.{d}:993/tls",
        outgoing="smtp://post7.{d}:465/tls",
    ),
    Domain(
        "mx-forwarder.example",
        "mail is forwarded, the mailbox is elsewhere",
        (mx("mx1.improvmx.com."), mx("mx2.improvmx.com.", 20)),
        causes=("mx_is_gateway",),
    ),
    Domain(
        "mx-tuta.example",
        "a domain at a provider without servers for programs",
        (mx("mail.tutanota.de."),),
        causes=("no_client_access",),
    ),
    Domain(
        "mx-hey.example",
        "another provider without servers for programs",
        (mx("work-mx.app.hey.com."),),
        causes=("no_client_access",),
    ),
    Domain(
        "mx-proton.example",
        "a domain at a provider that needs its bridge",
        (mx("mail.protonmail.ch."), mx("mailsec.protonmail.ch.", 20)),
        incoming="imap://127.0.0.1:1143/starttls",
        outgoing="smtp://127.0.0.1:1025/starttls",
        causes=("bridge_required",),
    ),
    Domain(
        "mx-null.example",
        "a domain that takes no mail, whatever listens there",
        (mx(".", 0), host("@"), mail("mail")),
        causes=("domain_takes_no_mail",),
        incoming=None,
        outgoing=None,
    ),
    Domain(
        "mx-own.example",
        "an exchanger inside the domain that is the mail server",
        (mx("mx7"), mail("mx7")),
        incoming="imap://mx7.{d}:993/tls",
        outgoing="smtp://mx7.{d}:465/tls",
    ),
    Domain(
        "mx-none.example",
        "no exchanger, so the domain's own address receives (RFC 5321 section 5.1)",
        (host("@"), mail("mail")),
        incoming="imap://mail.{d}:993/tls",
        outgoing="smtp://mail.{d}:465/tls",
    ),
    Domain(
        "mx-ispdb.example",
        "an exchanger whose base domain the ISPDB knows",
        (
            mx("mx1.region2.small-hoster.example."),
            ispdb(
                client_config("imap in7.small-hoster.example 993 SSL", "smtp out7.small-hoster.example 465 SSL"),
                "small-hoster.example",
            ),
        ),
        incoming="imap://in7.small-hoster.example:993/tls",
        outgoing="smtp://out7.small-hoster.example:465/tls",
        unasked=("mx1.region2.small-hoster.example",),
    ),
    Domain(
        "mx-ispdb-region.example",
        "an exchanger whose region the ISPDB knows apart",
        (
            mx("mx1.east.large-hoster.example."),
            ispdb(
                client_config(
                    "imap in-east.large-hoster.example 993 SSL", "smtp out-east.large-hoster.example 465 SSL"
                ),
                "east.large-hoster.example",
            ),
        ),
        incoming="imap://in-east.large-hoster.example:993/tls",
        outgoing="smtp://out-east.large-hoster.example:465/tls",
    ),
    Domain(
        "mx-ispdb-suffix.example",
        "an exchanger below a public suffix of two labels",
        (
            mx("mx1.mail.practice-hoster.co.uk."),
            ispdb(
                client_config("imap in7.practice-hoster.co.uk 993 SSL", "smtp out7.practice-hoster.co.uk 465 SSL"),
                "practice-hoster.co.uk",
            ),
        ),
        incoming="imap://in7.practice-hoster.co.uk:993/tls",
        outgoing="smtp://out7.practice-hoster.co.uk:465/tls",
    ),
    Domain(
        "mx-elsewhere.example",
        "an exchanger of strangers, who are not asked, and a mail host",
        (mx("mx.strangers.example."), listens("mx.strangers.example.", 993, 465), mail("mail")),
        incoming="imap://mail.{d}:993/tls",
        outgoing="smtp://mail.{d}:465/tls",
        unasked=("strangers.example",),
    ),
)
