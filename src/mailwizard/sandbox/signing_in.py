"""The issuers as they are when nothing is wrong, and the mail servers that take their tokens."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Protocol, Security
from mailwizard.sandbox.graph.service import Graph
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.identity.counter import Counter
from mailwizard.sandbox.identity.front import Front
from mailwizard.sandbox.identity.google import ASSERTION_GRANT, Google
from mailwizard.sandbox.identity.issuer import Issuer
from mailwizard.sandbox.identity.microsoft import HOST, ROLES, Microsoft
from mailwizard.sandbox.identity.microsoft_doors import Doors
from mailwizard.sandbox.identity.standard import Standard, place
from mailwizard.sandbox.internet import (
    CONTOSO,
    CONTOSO_ADDRESS,
    FABRIKAM,
    GMAIL_ADDRESS,
    PRACTICE_ADDRESS,
    PRACTICE_CERTIFICATE,
    PRACTICE_HOST,
    WORKSHOP,
    host,
    listen,
)
from mailwizard.sandbox.manners import Google as GoogleManners
from mailwizard.sandbox.manners import Manners, Postfix
from mailwizard.sandbox.manners import Microsoft as MicrosoftManners
from mailwizard.sandbox.pki import Certificate
from mailwizard.sandbox.web import Answer, Handler, Request
from mailwizard.sandbox.world import World
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

GOOGLE_CLIENT = "407408718192-practice.apps.googleusercontent.com"
GOOGLE_SECRET = "GOCSPX-practice-only-not-a-secret"
GOOGLE_TESTING_CLIENT = "407408718192-practicetesting.apps.googleusercontent.com"
MICROSOFT_CLIENT = "7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3"
PRACTICE_CLIENT = "practice-client"
MICROSOFT_APP = "2f8c41d9-6e0b-4b7a-8d35-e1907c64fa28"
MICROSOFT_SECRET = "pra8Q~practice-only-not-a-secret-1234567"
CONTOSO_ADMIN = f"admin@{CONTOSO}"


class _OpenGoogle(GoogleManners):
    """Google's servers with all the mechanisms that they have for tokens."""

    smtp_mechanisms = ("LOGIN", "PLAIN", "XOAUTH2", "PLAIN-CLIENTTOKEN", "OAUTHBEARER", "XOAUTH")
    imap_mechanisms = ("XOAUTH2", "PLAIN", "PLAIN-CLIENTTOKEN", "OAUTHBEARER")
    token_reason = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'


class OpenPostfix(Postfix):
    """Postfix and Dovecot as an admin sets them up for tokens."""

    smtp_mechanisms = ("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER")
    imap_mechanisms = ("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER")
    token_reason = '{"status":"401","schemes":"bearer","scope":"mail"}'


def google(world: World) -> Google:
    """Let Google's issuer in: a published client, one in testing, and servers that take its tokens."""
    issuer = Google(world.clock)
    issuer.accounts |= {GMAIL_ADDRESS, f"ben@{WORKSHOP}"}
    issuer.add(_desktop(GOOGLE_CLIENT))
    issuer.add(_desktop(GOOGLE_TESTING_CLIENT, testing=True, testers=(GMAIL_ADDRESS,)))
    settle(world, "google", issuer, _OpenGoogle(), "smtp.gmail.com", "imap.gmail.com", "pop.gmail.com")
    host(world.zone, "pop.gmail.com", 27)
    pop = Certificate(("pop.gmail.com",))
    listen(world, "pop.gmail.com", _OpenGoogle(), pop, ("pop3", 995, Security.TLS))
    front, counter = Front(issuer, "/signin/continue"), Counter(issuer)
    counter.kinds[ASSERTION_GRANT] = issuer.speak
    serve(
        world,
        ("accounts.google.com", "/o/oauth2/v2/auth", front.authorize),
        ("accounts.google.com", "/signin/continue", front.decide),
        ("oauth2.googleapis.com", "/token", counter.token),
        ("oauth2.googleapis.com", "/device/code", counter.device),
        ("oauth2.googleapis.com", "/revoke", counter.revoke),
    )
    for name, client in (("google", GOOGLE_CLIENT), ("google-testing", GOOGLE_TESTING_CLIENT)):
        publishing = "testing" if name == "google-testing" else "production"
        world.identity.registrations[name] = Registration("google", client, GOOGLE_SECRET, publishing=publishing)
    return issuer


def _desktop(client_id: str, *, testing: bool = False, testers: tuple[str, ...] = ()) -> Client:
    """Return a client of the type Desktop app."""
    redirects = ("http://127.0.0.1", "http://localhost")
    return Client(
        client_id,
        GOOGLE_SECRET,
        redirects=redirects,
        any_path=True,
        needs_secret=True,
        public_flows=False,
        testing=testing,
        testers=testers,
    )


def settle(world: World, name: str, issuer: Issuer, manners: Manners, *hosts: str) -> None:
    """Let an issuer into a world, and mail servers take its tokens."""
    identity = world.identity
    identity.issuers[name] = issuer
    identity.trust(issuer, *hosts)
    world.mailboxes.opens = identity.opens
    for (where, port), service in list(world.services.items()):
        if where in hosts:
            world.services[where, port] = replace(service, manners=manners)


def serve(world: World, *doors: tuple[str, str, Handler]) -> None:
    """Let web hosts answer requests for some paths."""
    for name, path, handler in doors:
        if not world.zone.addresses(name):
            host(world.zone, name, 40 + len(world.hosting.certificates))
        world.hosting.serve(name, "https", 443, Security.TLS)
        world.web.publish(name, path, handler)


def microsoft(world: World) -> Microsoft:
    """Let Microsoft's issuer in: a public client that everybody may use, one that signs in by itself, and servers."""
    issuer = Microsoft(world.clock)
    for domain in (CONTOSO, FABRIKAM):
        issuer.establish(domain)
    issuer.accounts |= {CONTOSO_ADDRESS, f"diego@{FABRIKAM}", "alice-practice@outlook.com"}
    issuer.administrators.add(CONTOSO_ADMIN)
    public = issuer.add(Client(MICROSOFT_CLIENT, redirects=("http://127.0.0.1", "http://localhost")))
    issuer.managed |= {CONTOSO, FABRIKAM}
    for domain in (CONTOSO, FABRIKAM):
        issuer.consent(public, domain)
    app = Client(MICROSOFT_APP, MICROSOFT_SECRET, needs_secret=True, public_flows=False, organization=CONTOSO)
    issuer.add(app)
    issuer.roles[MICROSOFT_APP] = set(ROLES.values())
    issuer.opened.add((MICROSOFT_APP, CONTOSO_ADDRESS))
    office = world.services["outlook.office365.com", 993].certificate
    listen(world, "outlook.office365.com", MicrosoftManners(), office, ("pop3", 995, Security.TLS))
    servers = ("outlook.office365.com", "smtp.office365.com", "smtp-mail.outlook.com")
    settle(world, "microsoft", issuer, MicrosoftManners(), *servers)
    doors = Doors(issuer)
    serve(
        world,
        (HOST, "/*", doors.answer),
        ("login.microsoft.com", "/device", doors.front.device_page),
        ("microsoft.com", "/devicelogin", _to_device_page),
    )
    world.identity.device_pages["microsoft"] = "https://microsoft.com/devicelogin"
    world.identity.registrations["microsoft"] = Registration("microsoft", MICROSOFT_CLIENT)
    world.identity.registrations["microsoft-app-only"] = Registration(
        "microsoft", MICROSOFT_APP, MICROSOFT_SECRET, tenant=CONTOSO, kind=RegistrationKind.APP_ONLY
    )
    return issuer


def graph(world: World, issuer: Microsoft) -> Graph:
    """Let the Graph of an issuer's cloud in, over the mailboxes of this world."""
    world.graph = Graph(issuer, world.mailboxes)
    name, _ = place(issuer.graph)
    serve(world, (name, "/v1.0/*", world.graph.answer))
    issuer.roles.setdefault(MICROSOFT_APP, set()).update({"Mail.Send", "Mail.ReadWrite"})
    return world.graph


def national(world: World, card: IssuerCard, *servers: str, accounts: tuple[str, ...]) -> Microsoft:
    """Let Microsoft's issuer of a national cloud in, at the addresses of its card, and servers that take its tokens."""
    where, _ = place(card.token)
    mail = card.scope((Protocol.IMAP, Protocol.POP3, Protocol.SMTP))
    resources = dict.fromkeys(scope.rpartition("/")[0] + "/" for scope in mail)
    issuer = Microsoft(world.clock, where, tuple(resources), f"{card.graph}/")
    issuer.accounts |= set(accounts)
    for domain in {account.rpartition("@")[2] for account in accounts}:
        issuer.establish(domain)
    issuer.add(Client(MICROSOFT_CLIENT))
    settle(world, card.id, issuer, MicrosoftManners(), *servers)
    serve(world, (where, "/*", Doors(issuer).answer))
    world.identity.registrations[card.id] = Registration(card.id, MICROSOFT_CLIENT)
    return issuer


def _to_device_page(request: Request) -> Answer:
    return Answer(b"", 302, "text/html", (("Location", "https://login.microsoft.com/device"),))


def standard(
    world: World, card: IssuerCard, *servers: str, client: Client, accounts: tuple[str, ...], manners: Manners
) -> Standard:
    """Let an issuer in that keeps to the standards, at the addresses of a card, and mail servers take its tokens."""
    scopes = {Protocol(name): several for name, several in card.scopes}
    issuer = Standard(world.clock, card.issuer, scopes)
    issuer.accounts |= set(accounts)
    issuer.add(client)
    settle(world, card.id, issuer, manners, *servers)
    (page_host, page_path), (host_, path) = place(card.authorize), place(card.token)
    typed = f"https://{page_host}/{card.id}/device" if card.device else ""
    front, counter = Front(issuer, f"/{card.id}/continue", f"/{card.id}/device"), Counter(issuer, typed)
    doors: list[tuple[str, str, Handler]] = [
        (page_host, page_path, front.authorize),
        (page_host, f"/{card.id}/continue", front.decide),
        (host_, path, counter.token),
    ]
    if card.device:
        doors += [(*place(card.device), counter.device), (page_host, f"/{card.id}/device", front.device_page)]
        world.identity.device_pages[card.id] = typed
    if card.revoke:
        doors.append((*place(card.revoke), counter.revoke))
    if card.issuer:
        issuer_host, _ = place(card.issuer)
        told = issuer.metadata(card.authorize, card.token, card.device, card.revoke)
        doors.append((issuer_host, "/.well-known/oauth-authorization-server", lambda request: told))
    serve(world, *doors)
    world.identity.registrations[card.id] = Registration(card.id, client.client_id, client.secret)
    return issuer


PRACTICE_ISSUER = IssuerCard(
    id="practice",
    name="Practice",
    flow="standard",
    issuer="https://id.practice.example",
    authorize="https://id.practice.example/authorize",
    token="https://id.practice.example/token",  # noqa: S106 - an address
    device="https://id.practice.example/device",
    revoke="https://id.practice.example/revoke",
    scopes=(("imap", ("mail:imap",)), ("pop3", ("mail:pop",)), ("smtp", ("mail:smtp",))),
    client_secret="none",  # noqa: S106 - says that there is none
    names_itself=True,
)
"""The issuer of a self-hosted domain."""


def practice(world: World) -> Standard:
    """Let the self-hosted domain's own issuer in, with servers that take its tokens."""
    listen(world, PRACTICE_HOST, OpenPostfix(), PRACTICE_CERTIFICATE, ("pop3", 995, Security.TLS))
    return standard(
        world,
        PRACTICE_ISSUER,
        PRACTICE_HOST,
        client=Client(PRACTICE_CLIENT),
        accounts=(PRACTICE_ADDRESS,),
        manners=OpenPostfix(),
    )
