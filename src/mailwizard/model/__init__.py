"""The nouns of mailwizard: plain, frozen data that every room may hold."""

from __future__ import annotations

from mailwizard.model.account import Account, Identity, Server
from mailwizard.model.address import Address
from mailwizard.model.endpoint import (
    STANDARD_PORTS,
    USUAL_PATHS,
    WEB_NAMES,
    Endpoint,
    read_host,
    read_port,
    read_security,
)
from mailwizard.model.failures import Facts, Failure
from mailwizard.model.proof import Candidate, Credential, Diagnosis, Evidence, Remedy
from mailwizard.model.words import AuthKind, Confidence, Outcome, Protocol, Role, Security, State, Step, Trust, Until

__all__ = [
    "STANDARD_PORTS",
    "USUAL_PATHS",
    "WEB_NAMES",
    "Account",
    "Address",
    "AuthKind",
    "Candidate",
    "Confidence",
    "Credential",
    "Diagnosis",
    "Endpoint",
    "Evidence",
    "Facts",
    "Failure",
    "Identity",
    "Outcome",
    "Protocol",
    "Remedy",
    "Role",
    "Security",
    "Server",
    "State",
    "Step",
    "Trust",
    "Until",
    "read_host",
    "read_port",
    "read_security",
]
