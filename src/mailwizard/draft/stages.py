"""What a draft asks for in which order, and what can be set up."""

from __future__ import annotations

from enum import StrEnum

from mailwizard.model import Protocol


class Stage(StrEnum):
    """The stages of the wizard, in the order in which a draft asks for them."""

    SERVICE = "service"
    ADDRESS = "address"
    SERVERS = "servers"
    SIGN_IN = "sign-in"
    VALIDATE = "validate"
    SAVE = "save"
    DONE = "done"


class Service(StrEnum):
    """What is to be set up."""

    MAIL = "mail"
    MICROSOFT = "microsoft"
    GOOGLE = "google"
    EXCHANGE = "exchange"
    SENDING = "sending"
    MANUAL = "manual"

    @property
    def provider(self) -> str:
        """Return the provider card that the choice already names, or nothing."""
        return {Service.MICROSOFT: "microsoft365", Service.GOOGLE: "gmail"}.get(self, "")

    @property
    def first(self) -> Protocol | None:
        """Return the protocol whose servers are put first, where the choice names one."""
        return Protocol.EWS if self is Service.EXCHANGE else None

    @property
    def discovers(self) -> bool:
        """Return whether the servers are looked for."""
        return self is not Service.MANUAL
