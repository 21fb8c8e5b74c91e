"""Who comes in at an Exchange server: Basic (RFC 7617), NTLM over HTTP (MS-NTHT) and bearer tokens (RFC 6750).

An attempt is written into the book of all sign-ins once: each that is refused, and on a connection the first one of
those with the same credential that are let in. NTLM signs a connection in, over three requests; that is one attempt.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from mailwizard.model import Protocol
from mailwizard.sandbox.exchange import ntlm
from mailwizard.sandbox.exchange.manners import ExchangeManners, Protection
from mailwizard.sandbox.mailboxes import Directory, Mailbox, Verdict
from mailwizard.sandbox.web import Answer, Link, Request

if TYPE_CHECKING:
    from mailwizard.sandbox.identity.book import Token
    from mailwizard.sandbox.identity.clock import Clock
    from mailwizard.sandbox.identity.microsoft import Microsoft

_UNSIGNED = '2000000;reason="The token has an invalid signature.";error_category="invalid_signature"'
_EXPIRED = '2000002;reason="The token has expired.";error_category="token_expired"'
_AUDIENCE = '2000003;reason="The audience claim value is invalid \'{}\'.";error_category="invalid_resource"'
_NOBODY = (
    '2000005;reason="The user specified by the user-context in the token does not exist.";error_category="invalid_user"'
)
_SCOPE = '2000008;reason="The token contains not enough scope to make this call.";error_category="invalid_grant"'


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in: a person, or a program by itself."""

    mailbox: Mailbox | None
    """Whose mailbox it is; none for a program."""
    token: Token | None = None


class Refused(Exception):
    """Somebody is not let in, or has to say more first."""

    def __init__(self, *challenges: tuple[str, str]) -> None:
        super().__init__("refused")
        self.challenges = challenges
        """The headers that say how to go on."""


@dataclass(slots=True)
class _Talk:
    """What is known of one connection."""

    challenge: ntlm.Challenge | None = None
    person: Person | None = None
    """Who signed the connection in."""
    taken: set[str] = field(default_factory=set, repr=False)
    """The credentials that were let in on it."""


class Door:
    """Judges every request."""

    def __init__(self, manners: ExchangeManners, directory: Directory, clock: Clock, issuer: Microsoft | None) -> None:
        self.manners = manners
        self._directory, self._clock, self._issuer = directory, clock, issuer
        self._talks: WeakKeyDictionary[Link, _Talk] = WeakKeyDictionary()

    def enter(self, request: Request) -> Person:
        """Return who asks.

        Raises:
            Refused: where that is not known, or not yet.
        """
        talk = self._talks.setdefault(request.link, _Talk())
        way, _, told = request.header("authorization").partition(" ")
        offered = {name.lower() for name in self.manners.offers}
        if not way and talk.person is not None:
            return talk.person
        talk.person = None
        if way.lower() not in offered:
            raise self._shut(request)
        if way.lower() == "basic":
            return self._basic(request, talk, told)
        if way.lower() == "bearer":
            return self._bearer(request, talk, told)
        return self._ntlm(request, talk, way, told)

    def _shut(self, request: Request, *, token: bool = False, reason: tuple[tuple[str, str], ...] = ()) -> Refused:
        return Refused(*reason, *self.manners.challenges(request.host, refused=token))

    def _mailbox(self, user: str, domain: str) -> Mailbox | None:
        """Return the mailbox that a user name in any of the forms that are taken here stands for."""
        local = self.manners.local(user, domain)
        own = f"@{self.manners.domain}".lower()
        boxes = (box for box in self._directory.mailboxes.values() if box.address.lower().endswith(own))
        return next(
            (box for box in boxes if local and local == (box.login or box.address).lower().removesuffix(own)), None
        )

    def _basic(self, request: Request, talk: _Talk, told: str) -> Person:
        try:
            user, mark, secret = b64decode(told, validate=True).decode().partition(":")
        except ValueError:
            raise self._shut(request) from None
        domain, stroke, name = user.partition("\\")
        mailbox = self._mailbox(name, domain) if stroke else self._mailbox(user, "")
        verdict = mailbox.judge(Protocol.EWS, secret) if mailbox is not None and mark else Verdict.WRONG
        if told not in talk.taken:
            self._directory.refuse(request.place, "BASIC", user, secret, verdict)
        if mailbox is None or verdict is not Verdict.WELCOME:
            raise self._shut(request)
        talk.taken.add(told)
        return Person(mailbox)

    def _ntlm(self, request: Request, talk: _Talk, way: str, told: str) -> Person:
        challenge, talk.challenge = talk.challenge, None
        try:
            message = b64decode(told, validate=True)
            if ntlm.kind(message) == 1:
                manners = self.manners
                talk.challenge = ntlm.challenge(
                    message, manners.netbios, manners.domain, request.host, self._clock.wall()
                )
                raise Refused(("WWW-Authenticate", f"{way} {b64encode(talk.challenge.message).decode()}"))
            claim = ntlm.claim(message)
        except (ValueError, ntlm.Malformed):
            raise self._shut(request) from None
        mailbox = self._mailbox(claim.user, claim.domain)
        proved = mailbox is not None and challenge is not None and challenge.proves(claim, mailbox.password)
        verdict = Verdict.WRONG
        if mailbox is not None and proved and self._tied(request, claim):
            verdict = mailbox.judge(Protocol.EWS, mailbox.password)
        user = f"{claim.domain}\\{claim.user}" if claim.domain else claim.user
        self._directory.refuse(request.place, "NTLM", user, "", verdict)
        if verdict is not Verdict.WELCOME:
            raise self._shut(request)
        talk.person = Person(mailbox)
        return talk.person

    def _tied(self, request: Request, claim: ntlm.Claim) -> bool:
        """Return whether a sign-in belongs to the connection that it came over, as far as that is asked here."""
        if self.manners.protection is Protection.OFF or (
            self.manners.protection is Protection.ALLOWED and not claim.channel
        ):
            return True
        return claim.channel == ntlm.channel(request.link.shown)

    def _bearer(self, request: Request, talk: _Talk, told: str) -> Person:
        issuer = self._issuer
        token = issuer.book.good(told) if issuer is not None else None
        user = token.grant.user or token.grant.client_id if token is not None else ""
        mailbox = self._directory.find(user) if token is not None and token.grant.user else None
        reason = self._objection(told, token, mailbox)
        verdict = Verdict.WRONG if reason else Verdict.WELCOME
        if told not in talk.taken:
            self._directory.refuse(request.place, "BEARER", user, told, verdict)
        if reason:
            raise self._shut(request, token=True, reason=(("x-ms-diagnostics", reason),))
        talk.taken.add(told)
        return Person(mailbox, token)

    def _objection(self, told: str, token: Token | None, mailbox: Mailbox | None) -> str:
        """Return what is wrong with a token, as Exchange Online says it; empty where nothing is."""
        issuer = self._issuer
        if issuer is None or token is None:
            ended = issuer is not None and told in issuer.book.access
            return _EXPIRED if ended else _UNSIGNED
        if not all(scope.startswith(issuer.resources) for scope in token.scopes):
            return _AUDIENCE.format(token.scopes[0].rpartition("/")[0])
        if not issuer.calls(token, Protocol.EWS):
            return _SCOPE
        return _NOBODY if token.grant.user and mailbox is None else ""


def refusal(refused: Refused, manners: ExchangeManners) -> Answer:
    """Return the answer to somebody who is not let in."""
    return Answer(b"", 401, "text/html", (*manners.marks, *refused.challenges))
