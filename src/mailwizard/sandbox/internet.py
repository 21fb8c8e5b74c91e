"""The small internet as it is when nothing is wrong: its names, servers and mailboxes."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.model import Protocol, Security
from mailwizard.net import Record
from mailwizard.sandbox.mailboxes import Mailbox, Verdict
from mailwizard.sandbox.manners import Google, Manners, Microsoft, Postfix
from mailwizard.sandbox.pki import Certificate
from mailwizard.sandbox.world import Service, World
from mailwizard.sandbox.zone import Zone

PRACTICE = "practice.example"
"""A self-hosted domain that names its services in DNS."""
PRACTICE_HOST = "mail.practice.example"
PRACTICE_ADDRESS = "alice@practice.example"
PRACTICE_CERTIFICATE = Certificate(("mail.practice.example", "imap.practice.example", "smtp.practice.example"))
HOSTER_HOST = "mx7.hoster.example"
"""Another name of the same machine, given by whoever rents it out."""

GMAIL_ADDRESS = "alice-practice@gmail.com"
"""Gmail gives out no name with a hyphen: this one can belong to nobody."""
WORKSHOP = "workshop.example"
"""A domain whose mail is at Google."""
CONTOSO = "contoso.example"
"""A domain whose mail is at Microsoft 365."""
CONTOSO_ADDRESS = "adele@contoso.example"
FABRIKAM = "fabrikam.example"
"""A domain whose mail is at Microsoft 365, under the names that it gives out since 2026."""

PASSWORD = "correct-horse-battery"
ACCOUNT_PASSWORD = "My-Google-2026"
APP_PASSWORD = "abcd efgh ijkl mnop"
CONTOSO_PASSWORD = "Quiet-Harbour-26"

_TLS, _STARTTLS = Security.TLS, Security.STARTTLS


def furnish(world: World) -> None:
    """Put the whole small internet into a world."""
    _practice(world)
    _google(world)
    _microsoft(world)
    for domain in (PRACTICE, "gmail.com", WORKSHOP, "outlook.com", CONTOSO, FABRIKAM):
        world.zone.add(f"_dmarc.{domain}", Record("TXT", "v=DMARC1; p=none", ttl=3600))


def host(zone: Zone, name: str, number: int) -> None:
    """Give a name an address of each family, out of the ranges for documentation (RFC 5737, RFC 3849)."""
    zone.add(name, Record("A", f"198.51.100.{number}", ttl=300), Record("AAAA", f"2001:db8::{number}", ttl=300))


def exchanger(zone: Zone, domain: str, *hosts: str) -> None:
    """Let hosts receive a domain's mail, the first one preferred."""
    zone.add(domain, *(Record("MX", name, 10 * at, ttl=3600) for at, name in enumerate(hosts, 1)))


def service(zone: Zone, domain: str, name: str, target: str, port: int, preference: int = 0) -> None:
    """Name a mail service of a domain in DNS (RFC 6186); the target ``.`` says that there is none."""
    zone.add(f"_{name}._tcp.{domain}", Record("SRV", target, preference, 1, port, 3600))


def listen(
    world: World, name: str, manners: Manners, certificate: Certificate, *places: tuple[str, int, Security]
) -> None:
    """Let a host serve on some ports."""
    for server, port, security in places:
        world.services[name, port] = Service(server, security, manners, certificate)


def certify(world: World, name: str, certificate: Certificate) -> None:
    """Let every server of a host show this certificate."""
    for (served, port), what in list(world.services.items()):
        if served == name:
            world.services[served, port] = replace(what, certificate=certificate)


def unpublish(zone: Zone, domain: str, *names: str) -> None:
    """Let a domain name these mail services in DNS no longer."""
    for name in names:
        zone.remove(f"_{name}._tcp.{domain}", "SRV")


def _practice(world: World) -> None:
    """Self-hosted, with everything that a careful admin publishes."""
    zone = world.zone
    host(zone, PRACTICE_HOST, 10)
    host(zone, HOSTER_HOST, 10)
    zone.add(PRACTICE, Record("A", "198.51.100.11", ttl=300), Record("TXT", "v=spf1 mx -all", ttl=3600))
    zone.add("imap.practice.example", Record("CNAME", PRACTICE_HOST, ttl=300))
    zone.add("smtp.practice.example", Record("CNAME", PRACTICE_HOST, ttl=300))
    exchanger(zone, PRACTICE, PRACTICE_HOST)
    service(zone, PRACTICE, "submissions", PRACTICE_HOST, 465)
    service(zone, PRACTICE, "submission", PRACTICE_HOST, 587)
    service(zone, PRACTICE, "imaps", PRACTICE_HOST, 993)
    service(zone, PRACTICE, "imap", PRACTICE_HOST, 143)
    service(zone, PRACTICE, "pop3s", ".", 0)
    service(zone, PRACTICE, "pop3", ".", 0)
    listen(
        world,
        PRACTICE_HOST,
        Postfix(),
        PRACTICE_CERTIFICATE,
        ("smtp", 465, _TLS),
        ("smtp", 587, _STARTTLS),
        ("imap", 993, _TLS),
        ("imap", 143, _STARTTLS),
    )
    world.mailboxes.add(Mailbox(PRACTICE_ADDRESS, PASSWORD))


def _google(world: World) -> None:
    """Gmail, and a domain whose mail is there; programs sign in with an app password."""
    zone, google = world.zone, Google()
    for number, name in enumerate(("smtp.gmail.com", "imap.gmail.com", "aspmx.l.google.com"), 20):
        host(zone, name, number)
    for name in ("gmail-smtp-in.l.google.com", "alt1.gmail-smtp-in.l.google.com", "alt1.aspmx.l.google.com"):
        zone.add(name, Record("A", "198.51.100.25", ttl=300))
    zone.add("gmail.com", Record("A", "198.51.100.26", ttl=300), Record("TXT", "v=spf1 redirect=_spf.google.com"))
    zone.add(WORKSHOP, Record("TXT", "v=spf1 include:_spf.google.com ~all", ttl=3600))
    zone.add("_spf.google.com", Record("TXT", "v=spf1 ip4:198.51.100.20 ip6:2001:db8::20 ~all", ttl=300))
    exchanger(zone, "gmail.com", "gmail-smtp-in.l.google.com", "alt1.gmail-smtp-in.l.google.com")
    exchanger(zone, WORKSHOP, "aspmx.l.google.com", "alt1.aspmx.l.google.com")
    service(zone, "gmail.com", "submission", "smtp.gmail.com", 587, 5)
    service(zone, "gmail.com", "imaps", "imap.gmail.com", 993, 5)
    service(zone, "gmail.com", "imap", ".", 0)
    smtp, imap = Certificate(("smtp.gmail.com",)), Certificate(("imap.gmail.com",))
    listen(world, "smtp.gmail.com", google, smtp, ("smtp", 465, _TLS), ("smtp", 587, _STARTTLS))
    listen(world, "imap.gmail.com", google, imap, ("imap", 993, _TLS))
    for address in (GMAIL_ADDRESS, f"ben@{WORKSHOP}"):
        box = Mailbox(address, ACCOUNT_PASSWORD, APP_PASSWORD, keeps_sent=True)
        box.archive, box.sent = "[Gmail]/All Mail", "[Gmail]/Sent Mail"
        world.mailboxes.add(box)


def _microsoft(world: World) -> None:
    """Outlook.com and Microsoft 365; passwords work for sending from a company's mailbox and nowhere else."""
    zone, microsoft = world.zone, Microsoft()
    host(zone, "outlook.ms-acdc.office.com", 30)
    host(zone, "smtp-mail.outlook.com", 31)
    host(zone, "contoso-example.mail.protection.outlook.com", 32)
    host(zone, "fabrikam-example.x-v1.mx.microsoft", 33)
    host(zone, "outlook-com.olc.protection.outlook.com", 34)
    for name in ("outlook.office365.com", "smtp.office365.com"):
        zone.add(name, Record("CNAME", "outlook.ms-acdc.office.com", ttl=300))
    for name in ("spf.protection.outlook.com", "spf-a.outlook.com"):
        zone.add(name, Record("TXT", "v=spf1 ip4:198.51.100.30/31 ip6:2001:db8::30/127 -all", ttl=300))
    zone.add("outlook.com", Record("TXT", "v=spf1 include:spf-a.outlook.com ~all", ttl=3600))
    exchanger(zone, "outlook.com", "outlook-com.olc.protection.outlook.com")
    exchanger(zone, CONTOSO, "contoso-example.mail.protection.outlook.com")
    exchanger(zone, FABRIKAM, "fabrikam-example.x-v1.mx.microsoft")
    for domain in (CONTOSO, FABRIKAM):
        zone.add(domain, Record("TXT", "v=spf1 include:spf.protection.outlook.com -all", ttl=3600))
        zone.add(f"autodiscover.{domain}", Record("CNAME", "outlook.ms-acdc.office.com", ttl=3600))
    office = Certificate(("outlook.office365.com", "smtp.office365.com"))
    personal = Certificate(("smtp-mail.outlook.com",))
    listen(world, "smtp.office365.com", microsoft, office, ("smtp", 587, _STARTTLS))
    listen(world, "outlook.office365.com", microsoft, office, ("imap", 993, _TLS), ("imap", 143, _STARTTLS))
    listen(world, "smtp-mail.outlook.com", microsoft, personal, ("smtp", 587, _STARTTLS))
    no_imap = {Protocol.IMAP: Verdict.NO_PASSWORDS}
    for address in (CONTOSO_ADDRESS, f"diego@{FABRIKAM}"):
        world.mailboxes.add(Mailbox(address, CONTOSO_PASSWORD, rules=dict(no_imap)))
    no_password = {**no_imap, Protocol.SMTP: Verdict.NO_PASSWORDS}
    world.mailboxes.add(Mailbox("alice-practice@outlook.com", CONTOSO_PASSWORD, rules=no_password))
