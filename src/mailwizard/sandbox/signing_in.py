"""The issuers as they are when nothing is wrong, and the mail servers that take their tokens."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.model import Security
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.identity.counter import Counter
from mailwizard.sandbox.identity.front import Front
from mailwizard.sandbox.identity.google import Google
from mailwizard.sandbox.identity.issuer import Issuer
from mailwizard.sandbox.internet import GMAIL_ADDRESS, WORKSHOP, host, listen
from mailwizard.sandbox.manners import Google as GoogleManners
from mailwizard.sandbox.manners import Manners
from mailwizard.sandbox.pki import Certificate
from mailwizard.sandbox.web import Handler
from mailwizard.sandbox.world import World
from mailwizard.signin.oauth.registration import Registration

GOOGLE_CLIENT = "407408718192-practice.apps.googleusercontent.com"
GOOGLE_SECRET = "GOCSPX-practice-only-not-a-secret"
GOOGLE_TESTING_CLIENT = "407408718192-testing.apps.googleusercontent.com"


class _OpenGoogle(GoogleManners):
    """Google's servers with all the mechanisms that they have for tokens."""

    smtp_mechanisms = ("LOGIN", "PLAIN", "XOAUTH2", "PLAIN-CLIENTTOKEN", "OAUTHBEARER", "XOAUTH")
    imap_mechanisms = ("XOAUTH2", "PLAIN", "PLAIN-CLIENTTOKEN", "OAUTHBEARER")
    token_reason = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'


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
    serve(
        world,
        ("accounts.google.com", "/o/oauth2/v2/auth", front.authorize),
        ("accounts.google.com", "/signin/continue", front.decide),
        ("oauth2.googleapis.com", "/token", counter.token),
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
