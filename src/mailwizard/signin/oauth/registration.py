"""What a program is known as at an issuer: its client registration."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

PORT = 53171
"""The port on 127.0.0.1 to which a browser comes back; changeable, and fixed so that it can be forwarded."""


class RegistrationKind(StrEnum):
    """Who signs in with a registration."""

    PUBLIC = "public"
    """A person, in a browser or with a device code."""
    SERVICE_ACCOUNT = "service-account"
    """Google's: a key that may speak for the users of a domain."""
    APP_ONLY = "app-only"
    """Microsoft's client credentials: the program itself."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A client at one issuer. None is built in: it belongs to the person, or to an administrator."""

    issuer: str
    """The id of the issuer's card."""
    client_id: str
    client_secret: str = field(default="", repr=False)
    tenant: str = ""
    """The directory at Microsoft; empty for the issuer's usual one."""
    kind: RegistrationKind = RegistrationKind.PUBLIC
    key: str = field(default="", repr=False)
    """A private key, with its certificate or as the issuer's own JSON document."""
    port: int = PORT
    publishing: str = ""
    """``testing`` or ``production`` at Google; empty where that is not known."""
    ends: str = ""
    """The last day of its secret or certificate, as ISO 8601; empty where that is not known."""
    origin: str = "typed"
    """Where it comes from: ``typed``, a file's name, or the scope that holds it."""
