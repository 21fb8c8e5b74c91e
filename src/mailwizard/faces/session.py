"""What the screens of one run share: the network, the practice world, what was typed, and the secret."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mailwizard.checks.securing import Shown
from mailwizard.draft import Draft, Stage
from mailwizard.faces.practice import Practice, Switch
from mailwizard.faces.search import Search
from mailwizard.model import Credential
from mailwizard.net import Net

if TYPE_CHECKING:
    from mailwizard.faces.summary import Summary
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.signin.oauth.grant import Grant
    from mailwizard.signin.oauth.registration import Registration

SOON = 300.0
"""Seconds that an access token must still be good for."""


@dataclass(slots=True)
class Session:
    """The memory of one run; nothing of it is written down, the draft is kept elsewhere."""

    given: Net | None
    """The network to use; ``None`` for the real one, which is loaded only when it is needed."""
    practice: Practice | None = None
    keeps: bool = True
    """Whether drafts are written down."""
    kept: Draft | None = None
    """An unfinished draft of an earlier run, to be offered."""
    credential: Credential | None = field(default=None, repr=False)
    """The secret, for as long as this run lasts."""
    stored: Credential | None = field(default=None, repr=False)
    """The secret of a saved account that is changed, as it lies in its store."""
    grant: Grant | None = field(default=None, repr=False)
    """What a sign-in with a browser brought; the credential then holds its access token."""
    kept_at: str = ""
    """Where that was saved in this run, as a reference; from then on what renews it writes it back there."""
    passphrase: str = field(default="", repr=False)
    """What opened the vault in which it was saved."""
    issuers: dict[str, IssuerCard] = field(default_factory=dict)
    """Who signs people in, by their domain, where no card says so and the person named one in this run."""
    vouched: set[tuple[str, str]] = field(default_factory=set)
    """Issuers and hosts that are none of theirs, to which the person lets a token go in this run."""
    clients: dict[str, Registration] = field(default_factory=dict, repr=False)
    """The program's registrations that the person named in this run, by issuer."""
    offered: set[str] = field(default_factory=set, repr=False)
    """Every secret that a server was offered in this run, so that no report holds one of them."""
    shown: Shown = field(default_factory=Shown, repr=False)
    """The certificates under which a secret was sent, so that it goes to nobody else when a check is repeated."""
    typed: dict[tuple[Stage, str], str] = field(default_factory=dict, repr=False)
    """What was typed and not yet answered, so that going back and forth loses nothing."""
    search: Search = field(default_factory=Search)
    message: str = field(default="", repr=False)
    """The error message that was pasted to be explained."""
    switched: set[int] = field(default_factory=set)
    """What was switched in the practice world."""
    flipped: bool = False
    """Whether something was switched in the practice world since the last check."""
    went_back: bool = False
    """Whether the question at hand was reached by going back."""
    saved: Summary | None = None
    """The account that was saved; printed again after the screen is left."""

    notice: str = ""
    """One sentence for the next screen, such as that the draft cannot be kept."""

    door: tuple[str, ...] = ()
    """How the network is reached, as words of a command: ``--ca-file PATH``."""
    unkept: str = ""
    """Why the draft could not be written down the last time; nothing where it could."""

    def keeps_for_later(self, draft: Draft) -> bool:
        """Return whether a later run can go on with a draft; a practice world ends with its run."""
        return self.keeps and self.practice is None and draft.address is not None and not self.unkept

    @property
    def net(self) -> Net:
        """Return the network."""
        if self.given is None:
            from mailwizard.net.real import RealNet

            self.given = RealNet()
        return self.given

    @property
    def open_switches(self) -> list[tuple[int, Switch]]:
        """Return what can still be switched in the practice world."""
        switches = self.practice.switches if self.practice else ()
        return [(index, switch) for index, switch in enumerate(switches) if index not in self.switched]

    @property
    def reachable(self) -> tuple[str, ...] | None:
        """Return the issuers that a practice world has; ``None`` where all can be reached."""
        if self.practice is None:
            return None
        known = getattr(self.practice, "registrations", {})
        return tuple(registration.issuer for registration in known.values())

    async def fresh(self) -> Credential | None:
        """Return the credential; an access token that is about to end is renewed first.

        A sign-in that was saved in this run is renewed in its store, because an issuer may end the saved one by it;
        where the store takes nothing any more, the next screen says what that means.

        Raises:
            Failure: where the issuer does not renew it, ``store.…``.
        """
        if self.grant is not None and self.grant.expires_at - time.time() < SOON:
            from mailwizard.signin.oauth.tokens import Unkept, credential_of, fresh_grant, renewed

            name = self.grant.username
            try:
                where = self.kept_at
                found = await (
                    fresh_grant(where, self.net, self._opens, left=SOON) if where else renewed(self.grant, self.net)
                )
            except Unkept as unkept:
                found, self.notice = unkept.grant, unkept.detail
            self.grant = replace(found, username=name)
            self.credential = credential_of(self.grant)
        return self.credential

    async def _opens(self, *, new: bool) -> str:
        """Return what opened the vault when the sign-in was saved."""
        return self.passphrase

    @property
    def endings(self) -> tuple[str, ...]:
        """Return what ends when of a sign-in with a browser, a sentence each."""
        if self.grant is None:
            return ()
        from mailwizard import knowledge
        from mailwizard.signin.oauth.expiry import warnings

        card = knowledge.issuer(self.grant.registration.issuer)
        return tuple(seen.detail for seen in warnings(self.grant, card, time.time())) if card else ()

    @property
    def to_save(self) -> Credential | None:
        """Return what goes into the secret store: for a sign-in with a browser all that it brought.

        Nothing where it lies there already.
        """
        if self.credential is not None and self.credential == self.stored:
            return None
        if self.grant is None or self.credential is None:
            return self.credential
        return Credential(self.grant.username, self.grant.to_text(), self.credential.kind)

    def forget(self, stage: Stage) -> None:
        """Forget what was typed at a stage, because it was answered."""
        for key in [key for key in self.typed if key[0] is stage]:
            del self.typed[key]
