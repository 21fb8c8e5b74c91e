"""Providers that are known by their domain, and domains that only look like one."""

from mailwizard.model import AuthKind
from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import mail, mx, srv

DOMAINS = (
    Domain(
        "gmx.de",
        "a consumer provider where IMAP must be switched on first",
        (mx("mx00.emig.gmx.net."),),
        incoming="imap://imap.gmx.net:993/tls",
        outgoing="smtp://mail.gmx.net:465/tls",
        auth=(AuthKind.PASSWORD, AuthKind.APP_PASSWORD),
        causes=("imap_disabled",),
    ),
    Domain(
        "icloud.com",
        "one login name to receive and another to send",
        (mx("mx01.mail.icloud.com."),),
        incoming="imap://imap.mail.me.com:993/tls",
        outgoing="smtp://smtp.mail.me.com:587/starttls",
        username="{l}",
        outgoing_username="{a}",
        auth=(AuthKind.APP_PASSWORD,),
        causes=("app_password_required",),
    ),
    Domain(
        "hotmail.com",
        "a provider that takes passwords no longer",
        (mx("hotmail-com.olc.protection.outlook.com."),),
        incoming="imap://outlook.office365.com:993/tls",
        outgoing="smtp://smtp-mail.outlook.com:587/starttls",
        auth=(AuthKind.OAUTH2,),
        causes=("basic_auth_retired", "imap_disabled"),
    ),
    Domain(
        "tuta.com",
        "a provider without any server for programs",
        (mx("mail.tutanota.de."),),
        causes=("no_client_access",),
    ),
    Domain(
        "proton.me",
        "a provider that needs its bridge on this machine",
        (mx("mail.protonmail.ch."),),
        incoming="imap://127.0.0.1:1143/starttls",
        outgoing="smtp://127.0.0.1:1025/starttls",
        auth=(AuthKind.BRIDGE_PASSWORD,),
        causes=("bridge_required",),
    ),
    Domain(
        "live.sports-club.example",
        "a first label like a provider's, and servers of its own",
        (mail("post7"), srv("imaps", "post7", 993), srv("submissions", "post7", 465)),
        incoming="imap://post7.{d}:993/tls",
        outgoing="smtp://post7.{d}:465/tls",
        never=("outlook.office365.com", "smtp-mail.outlook.com"),
    ),
    Domain(
        "gmail.com.hiking-club.example",
        "a provider's domain in front of another one",
        (mail("post7"), srv("imaps", "post7", 993), srv("submissions", "post7", 465)),
        incoming="imap://post7.{d}:993/tls",
        outgoing="smtp://post7.{d}:465/tls",
        never=("imap.gmail.com", "smtp.gmail.com"),
    ),
)
