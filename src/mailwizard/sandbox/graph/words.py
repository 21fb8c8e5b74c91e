"""What Graph says: documents, and errors in its own shape (https://learn.microsoft.com/graph/errors)."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from mailwizard.sandbox.manners import now
from mailwizard.sandbox.web import Answer

JSON = "application/json"


class Refused(Exception):
    """A request is refused, with a status, a code and Graph's own words."""

    def __init__(self, status: int, code: str, message: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, headers


def refused(refusal: Refused) -> Answer:
    """Return a refusal as Graph tells it."""
    request_id = str(uuid4())
    inner = {"date": now().strftime("%Y-%m-%dT%H:%M:%S"), "request-id": request_id, "client-request-id": request_id}
    told = {"error": {"code": refusal.code, "message": refusal.message, "innerError": inner}}
    return Answer(json.dumps(told).encode(), refusal.status, JSON, (("request-id", request_id), *refusal.headers))


def document(told: dict[str, Any], status: int = 200) -> Answer:
    """Return a document."""
    return Answer(json.dumps(told).encode(), status, JSON, (("request-id", str(uuid4())),))


def empty(status: int) -> Answer:
    """Return an answer without a body."""
    return Answer(b"", status, JSON, (("request-id", str(uuid4())),))


def unauthorized(message: str, login: str) -> Refused:
    """Return what is said to whoever brings no token, or one that is not taken."""
    challenge = (
        f'Bearer realm="", authorization_uri="https://{login}/common/oauth2/authorize", '
        'client_id="00000003-0000-0000-c000-000000000000"'
    )
    return Refused(401, "InvalidAuthenticationToken", message, (("WWW-Authenticate", challenge),))


def denied(message: str = "Access is denied. Check credentials and try again.") -> Refused:
    """Return what is said where a right is missing."""
    return Refused(403, "ErrorAccessDenied", message)
