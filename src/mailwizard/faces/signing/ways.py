"""The question how to sign in: what this provider wants today, who signs people in, and which program asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailwizard.draft import Draft, Stage
from mailwizard.faces.helps.sign_in import HELP as HELP
from mailwizard.faces.helps.sign_in import SECRET_HELP as SECRET_HELP
from mailwizard.faces.session import Session
from mailwizard.faces.words import day
from mailwizard.knowledge import provider
from mailwizard.knowledge.guidance import Guide
from mailwizard.knowledge.provider_card import Caution
from mailwizard.model import AuthKind, Credential, Outcome, Protocol, Step, Until
from mailwizard.signin import Way, issuer_of, kinds, ways
from mailwizard.signin.oauth.registration import RegistrationKind

if TYPE_CHECKING:
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.storage.clients import SavedClient

CHECK, SIGN_IN, ANEW = "Check it", "Sign in", "Sign in anew"
REACH, NAME_ISSUER = "Only reach the servers", "Name a sign-in service"
NO_NAME = "Type the user name; most often it is the whole mail address."
ALLOW, REFUSE = "Let it go there", "No"


class WaysIn:
    """What is known about signing in to the servers of a draft."""

    NOBODY = "your provider"
    """Whom one signs in to where no card says it."""

    def __init__(self, draft: Draft, session: Session) -> None:
        self.draft, self.session = _without_issuers(draft), session
        self.card = provider(draft.provider) if draft.provider else None
        self.issuer = issuer_of(self.card) or session.issuers.get(self.domain)
        self.registration = session.clients.get(self.issuer.id) if self.issuer else None
        self.saved: SavedClient | None = None
        """What a scope says of the program, without its secret."""
        self.notice = ""
        """Why the program that a scope names cannot be used here."""

    @property
    def domain(self) -> str:
        """Return the domain of the address, under which an issuer that the person names is remembered."""
        return self.draft.address.domain if self.draft.address else ""

    @property
    def title(self) -> str:
        """Return what is asked."""
        return f"Sign in to {self.card.name if self.card else self.NOBODY}"

    @property
    def every(self) -> tuple[Way, ...]:
        """Return the ways in, best first."""
        here = self.session.reachable
        registered = bool(self.registration or self.saved or here)
        return ways(self.draft.chosen, self.card, registered=registered, reachable=here, issuer=self.issuer)

    @property
    def offered(self) -> tuple[Way, ...]:
        """Return the ways that this version can go."""
        return tuple(way for way in self.every if way.offered)

    @property
    def usual(self) -> str:
        """Return the way to begin with: the one that was gone before; nothing for the best."""
        gone = self.session.credential or self.draft.auth is not AuthKind.PASSWORD
        return self.draft.auth.value if gone else ""

    def hint(self, way: Way) -> str:
        """Return what a way wants, in a sentence."""
        return way.hint

    def wanted(self, way: Way | None) -> list[tuple[str, str]]:
        """Return what a way wants, and the next one."""
        rows = [("Wanted", self.hint(way))] if way else []
        return rows + [("Or", f"{other.label}. {other.hint}") for other in self.offered if other != way][:1]

    def notes(self, way: Way | None) -> list[tuple[str, str]]:
        """Return what is to be known before signing in: the program, cautions, today's facts, what is not here."""
        notes = self.program() if way and way.kind is AuthKind.OAUTH2 else []
        notes += [("Note", caution.text) for caution in self.cautions]
        notes += [("Note", text) for text in self.card.today(day(), self.spoken)] if self.card else []
        return notes + [("Not here", f"{other.label}: {other.hint}") for other in self.every if not other.offered]

    @property
    def spoken(self) -> frozenset[Protocol]:
        """Return the protocols of the servers that are signed in to."""
        return frozenset(candidate.endpoint.protocol for candidate in self.draft.chosen)

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """Return what the provider warns of that is about these servers."""
        return tuple(caution for caution in self.card.cautions if caution.about(self.spoken)) if self.card else ()

    def guide(self, way: Way | None) -> Guide | None:
        """Return the provider's guide for a way."""
        if self.card is None:
            return None
        named = [way.kind.value] if way else []
        named += [caution.guide for caution in self.cautions]
        found = next((guide for slug in named if (guide := self.card.guide(slug))), None)
        return found.fill(self.draft.address) if found else None

    def program(self) -> list[tuple[str, str]]:
        """Return what is to be known about the program that signs in, and who can do without a person."""
        issuer = self.issuer
        if issuer is None:
            return []
        alone = {"google": "--service-account FILE", "microsoft": "--app-only"}.get(issuer.flow)
        known = self.registration or self.saved
        if known is None:
            notes = [("Program", f"{issuer.name} wants to know which program signs in: that is asked first.")]
        else:
            whose = "as you named it" if known.origin == "typed" else f"from {known.origin}"
            notes = [("Program", f"{known.client_id}, {whose}. There is nothing to type.")]
        if alone and issuer.app_scopes:
            notes.append(("Alone", f"Without a person at a browser: mailwizard sign-in {alone}"))
        return notes

    @property
    def can_name_issuer(self) -> bool:
        """Return whether the person may name a sign-in service, because no card does."""
        return issuer_of(self.card) is None and self.session.practice is None

    def take_issuer(self, issuer: IssuerCard) -> None:
        """Remember, for this run, the sign-in service that the person named."""
        self.session.issuers[self.domain] = issuer

    def look_for_program(self) -> bool:
        """Look, blocking, whether a scope names a program; its secret is left alone. Return whether one can be used.

        Where one is there and cannot, ``notice`` says why.
        """
        from mailwizard.model import Failure
        from mailwizard.storage.clients import load

        if self.issuer is None or self.registration is not None or self.session.practice is not None:
            return False
        try:
            saved = load(self.issuer.id)
        except Failure as failure:
            self.notice = unusable(self.issuer, failure)
            return False
        if saved is not None and saved.kind != RegistrationKind.PUBLIC:
            self.notice = f"The program registered at {self.issuer.name} needs no browser: mailwizard sign-in uses it."
            return False
        self.saved = saved
        return saved is not None

    @property
    def username(self) -> str:
        """Return the user name to suggest."""
        return next((one.username for one in self.draft.chosen if one.username), "") or str(self.draft.address or "")

    @property
    def browser_name(self) -> str:
        """Return the user name to suggest for a sign-in at an issuer's page."""
        return self.username

    @property
    def secret(self) -> str:
        """Return the secret that was typed earlier in this run."""
        credential = self.session.credential
        return credential.secret if credential and credential.kind.typed else ""

    def signed_in(self, username: str) -> bool:
        """Return whether a sign-in with a browser in this run serves for a user name."""
        grant = self.session.grant
        refused = any(seen.step is Step.SIGN_IN and seen.outcome is Outcome.FAIL for seen in self.draft.evidence)
        if refused or grant is None or self.issuer is None:
            return False
        return grant.username == username and grant.registration.issuer == self.issuer.id

    def unvouched(self) -> tuple[set[tuple[str, str]], str]:
        """Return hosts that are none of the issuer's, each behind its issuer, and what a token there means.

        Nothing where the person agreed to all of them in this run; agreeing adds them to ``session.vouched``.
        """
        from mailwizard.signin.oauth.audience import vouched, warning

        hosts = vouched(self.issuer.id, self.draft.chosen) if self.issuer else ()
        pairs = {(self.issuer.id, host) for host in hosts} if self.issuer else set()
        if pairs <= self.session.vouched:
            return set(), ""
        return pairs, warning(self.issuer.name, hosts) if self.issuer else ""

    def typed(self, draft: Draft, credential: Credential, way: Way) -> Draft:
        """Return the answer with a secret that was typed, which is put into the session; the same again checks on."""
        before, self.session.credential, self.session.grant = self.session.credential, credential, None
        draft = _signing(draft).with_username(credential.username)
        if before == credential and way.kind is draft.auth:
            return draft.answer(Stage.SIGN_IN)
        return draft.with_sign_in(way.kind)

    def granted(self, username: str, *, again: bool) -> Draft:
        """Return the answer with a sign-in with a browser, which is in the session; the same ``again`` checks on.

        Of an issuer that the person named nobody said before that the servers take its tokens.
        """
        from mailwizard.signin.oauth.opening import also_with_tokens

        draft = _signing(self.draft).with_username(username)
        draft = draft if issuer_of(self.card) else also_with_tokens(draft)
        return draft.answer(Stage.SIGN_IN) if again else draft.with_sign_in(AuthKind.OAUTH2)

    def reached(self, way: Way | None) -> Draft:
        """Return the answer where nobody signs in for now."""
        way = way or next(iter(self.every), None)
        return replace(self.draft, until=Until.REACH).with_sign_in(way.kind if way else AuthKind.NONE)

    def placed(self, draft: Draft) -> Draft:
        """Return the draft with the servers that are signed in to."""
        return draft


def unusable(issuer: IssuerCard, failure: Exception) -> str:
    """Return why the program that a scope names cannot be used."""
    return f"The registration at {issuer.name} cannot be used: {getattr(failure, 'detail', '') or failure}"


def read_secret(way: Way, text: str, username: str, how: WaysIn) -> Credential:
    """Read what was typed on a way.

    Raises:
        ValueError: with one sentence for a person.
    """
    return kinds()[way.kind].read(text, username, how.card)


def doubts(way: Way, text: str, how: WaysIn) -> str:
    """Return what looks like a slip in a secret, or nothing."""
    return kinds()[way.kind].doubts(text, how.card)


def _signing(draft: Draft) -> Draft:
    """Return the draft that is to be checked up to the sign-in at least."""
    return draft if draft.until.includes(Until.SIGN_IN) else replace(draft, until=Until.SIGN_IN)


def _without_issuers(draft: Draft) -> Draft:
    """Return the draft without what was seen at issuers, which ended with the sign-in that it is about."""
    return replace(draft, evidence=tuple(seen for seen in draft.evidence if not seen.subject.startswith("issuer:")))
