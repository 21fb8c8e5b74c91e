"""What a new account signs in with, by its secret's reference, where nobody is there to be asked."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard import knowledge
from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Credential
from mailwizard.net import Net
from mailwizard.operations.signing import Unusable, sign_in_with
from mailwizard.signin import kinds, ways
from mailwizard.storage.secrets.opening import Opened
from mailwizard.witness import Tell


@dataclass(frozen=True, slots=True)
class Signed:
    """A credential, of which kind it is, and who gave it; no credential where none is needed or no token came."""

    credential: Credential | None
    kind: AuthKind
    issuer: str = ""


def kind_of(draft: Draft) -> AuthKind:
    """Return what these servers are signed in to with: what opens most of them, something typed first."""
    found = ways(draft.chosen, knowledge.provider(draft.provider))
    typed = [way.kind for way in found if way.kind in kinds()]
    return (typed or [way.kind for way in found] or [AuthKind.PASSWORD])[0]


async def signed(draft: Draft, reference: str, net: Net, tell: Tell, opened: Opened) -> tuple[Draft, Signed]:
    """Return what the secret of a reference signs in with, and the draft as it is signed in to.

    A token that is old is renewed, and kept; that is told as evidence.

    Raises:
        ValueError: with one sentence, where it cannot be the secret of these servers, or must not go there.
        Failure: ``store.…``.
    """
    from mailwizard.signin.oauth.grant import Grant, is_grant

    text = await opened.get(reference)
    if is_grant(text):
        try:
            found = await sign_in_with(text, reference, draft, net, tell, opened.ask)
        except Unusable as unusable:
            raise ValueError(unusable.sentence) from None
        issuer = Grant.from_text(text).registration.issuer
        return found.draft, Signed(found.credential, AuthKind.OAUTH2, issuer)
    card = knowledge.provider(draft.provider)
    open_ways = [way for way in ways(draft.chosen, card) if way.kind in kinds()]
    if not open_ways:
        raise ValueError("Only a sign-in at the provider opens these servers: mailwizard sign-in does that.")
    kind = open_ways[0].kind
    login = next((one.username for one in draft.chosen if one.username), str(draft.address or ""))
    return draft, Signed(kinds()[kind].read(text, login, card), kind)
