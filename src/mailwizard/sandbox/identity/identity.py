"""All issuers of one world: which servers take whose tokens, what is registered, and what goes wrong on demand."""

from __future__ import annotations

from contextlib import suppress

from mailwizard.model import Protocol
from mailwizard.sandbox.identity.clock import Clock
from mailwizard.sandbox.identity.issuer import Issuer
from mailwizard.signin.oauth.registration import Registration


class Identity:
    """Who signs people in in one world."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.issuers: dict[str, Issuer] = {}
        """By the id of the issuer's card."""
        self.registrations: dict[str, Registration] = {}
        """The clients that a person of this world has, by what they are for."""
        self.device_pages: dict[str, str] = {}
        """The address at which codes of each issuer are typed."""
        self._trusted: dict[str, Issuer] = {}

    def trust(self, issuer: Issuer, *hosts: str) -> None:
        """Let mail servers take the tokens of an issuer."""
        self._trusted.update(dict.fromkeys(hosts, issuer))

    def takes_tokens(self, host: str) -> bool:
        """Return whether a mail server knows any issuer."""
        return host in self._trusted

    def opens(self, host: str, protocol: Protocol, user: str, value: str) -> bool:
        """Return whether an access token lets a user in at a mail server."""
        issuer = self._trusted.get(host)
        token = issuer.book.good(value) if issuer is not None else None
        return issuer is not None and token is not None and issuer.judge(token, user, protocol)

    @property
    def secrets(self) -> set[str]:
        """Return everything that was given out or registered and must never be seen in clear."""
        return {secret for issuer in self.issuers.values() for secret in issuer.secrets}

    def fail_next(self, error: str, times: int = 1) -> None:
        """Let the next sign-in end with an error, named as its issuer does.

        Google's ``admin_policy_enforced`` and the like, ``AADSTS`` and a number for Microsoft's; each comes at the
        place where the issuer tells it.

        Raises:
            KeyError: where no issuer of this world knows it.
        """
        for issuer in self.issuers.values():
            with suppress(KeyError):
                issuer.fail_next(*issuer.plan(error), times)
                return
        raise KeyError(error)

    def page_for(self, user_code: str) -> str:
        """Return the address of the page on which a code is typed; any of them for a code that nobody gave out."""
        pages = {name: page for name, page in self.device_pages.items() if self.issuers[name].book.typed(user_code)}
        return next(iter((pages or self.device_pages).values()))
