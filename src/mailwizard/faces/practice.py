"""What the wizard knows of a practice world: what to type, and what may be switched in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from mailwizard.draft import Stage

if TYPE_CHECKING:
    from mailwizard.signin.oauth.registration import Registration


class Switch(Protocol):
    """Something that somebody else does in real life: an admin, a provider."""

    @property
    def label(self) -> str:
        """One sentence that says what has happened once it is flipped."""

    async def flip(self) -> object:
        """Let it happen."""


class Practice(Protocol):
    """A small world on this machine in which something is wrong, or nothing is."""

    @property
    def label(self) -> str:
        """A few words: what is wrong in it."""

    @property
    def story(self) -> Sequence[str]:
        """What a newcomer types, and what will happen."""

    @property
    def address(self) -> str:
        """The address to type."""

    @property
    def password(self) -> str:
        """The secret that the servers take."""

    @property
    def refused_password(self) -> str:
        """The secret to type first, which is refused; empty where the story has none."""

    @property
    def switches(self) -> Sequence[Switch]:
        """What can be switched while it runs."""

    @property
    def registrations(self) -> Mapping[str, Registration]:
        """The programs that are registered at the issuers of this world; empty where nobody signs people in."""

    async def browse(self, url: str, *, visit: bool = False) -> str:
        """Let a person sign in with a browser, and return the address on which it ends.

        With ``visit`` the browser opens that address too.

        Raises:
            ValueError: with what the browser shows where it leads no further.
        """

    async def enter_device_code(self, user_code: str) -> str:
        """Let a person type a short code on another device, and return what the page says.

        Raises:
            ValueError: with what the page says where the code is not taken.
        """


def cue(practice: Practice, stage: Stage, *, switched: bool, plain: bool = False) -> str:
    """Return the one line that a newcomer needs at a stage, by key or, in the ``plain`` face, by word.

    ``switched`` says that nothing is left to be switched. The ``plain`` face asks for a secret by itself: see
    :func:`secret_cue`.
    """
    refused = practice.refused_password
    then = f". When refused: {':back' if plain else 'F3'}, then type {practice.password}" if refused else ""
    acting = f"{practice.label}. {'A line below' if plain else 'F8'} lets the others act."
    if switched:
        acting = "The others have acted; a check shows what changed."
    return {
        Stage.SERVICE: f"{practice.label}. Nothing here is real.",
        Stage.ADDRESS: f"Type {practice.address}",
        Stage.SERVERS: "These servers run on this machine. Press Enter to take both.",
        Stage.SIGN_IN: _sign_in(practice, plain=plain),
        Stage.VALIDATE: acting if practice.switches else practice.label + then,
        Stage.SAVE: "What you save here ends with the practice world.",
        Stage.DONE: practice.label,
    }[stage]


def secret_cue(practice: Practice | None, question: str) -> str:
    """Return what to type where a secret is asked for; nothing where a browser signs in, or outside practice."""
    if practice is None or getattr(practice, "registrations", None):
        return ""
    return f"At {question}: {_secret(practice)}"


def _sign_in(practice: Practice, *, plain: bool) -> str:
    """Return how to sign in."""
    if getattr(practice, "registrations", None):
        return "Sign in with a browser; the practice browser answers for you."
    return "" if plain else _secret(practice)


def _secret(practice: Practice) -> str:
    refused, password = practice.refused_password, practice.password
    return f"Type {refused} (refused), later {password}" if refused else f"Type {password}"
