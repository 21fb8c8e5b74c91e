"""What goes in and out at an issuer: parameters, JSON, pages, and the way back to the program."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, unquote_plus, urlencode

from mailwizard.sandbox.identity.problem import Problem, Refusal
from mailwizard.sandbox.web import Answer, Request

_NO_STORE = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


class Wrong(Exception):
    """A request has a problem; whoever is asked says it in its own words."""

    def __init__(self, problem: Problem, what: str = "") -> None:
        super().__init__(f"{problem} {what}")
        self.problem, self.what = problem, what


def asked(request: Request) -> dict[str, str]:
    """Return the parameters of an address.

    Raises:
        Wrong: where one is there twice.
    """
    return _once(request.target.partition("?")[2])


def posted(request: Request) -> dict[str, str]:
    """Return the fields of a form that was sent.

    Raises:
        Wrong: where it is no form, or a field is there twice.
    """
    kind = dict(request.headers).get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "POST" or kind != "application/x-www-form-urlencoded":
        raise Wrong(Problem.MALFORMED)
    return _once(request.body.decode("utf-8", "replace"))


def _once(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    told = dict(pairs)
    if len(told) < len(pairs):
        raise Wrong(Problem.MALFORMED)
    return {name: value for name, value in told.items() if value}


def basic(request: Request) -> tuple[str, str] | None:
    """Return client id and secret from the header of RFC 6749 section 2.3.1; nothing where there is none.

    Raises:
        Wrong: where it is damaged.
    """
    scheme, _, rest = dict(request.headers).get("authorization", "").partition(" ")
    if not scheme:
        return None
    try:
        name, mark, secret = b64decode(rest, validate=True).decode().partition(":")
    except ValueError:
        raise Wrong(Problem.MALFORMED) from None
    if scheme.lower() != "basic" or not mark:
        raise Wrong(Problem.MALFORMED)
    return unquote_plus(name), unquote_plus(secret)


def required(told: Mapping[str, str], *names: str) -> None:
    """Hold a request to its parameters.

    Raises:
        Wrong: with the first one that is missing.
    """
    for name in names:
        if name not in told:
            raise Wrong(Problem.MISSING, name)


def document(content: Mapping[str, object], status: int = 200) -> Answer:
    """Return an answer in JSON, which nobody keeps (RFC 6749 section 5.1)."""
    return Answer(json.dumps(content).encode(), status, "application/json; charset=utf-8", _NO_STORE)


def refused(refusal: Refusal) -> Answer:
    """Return a refusal in JSON (RFC 6749 section 5.2)."""
    told = {"error": refusal.error, "error_description": refusal.description, **refusal.more}
    return document({name: value for name, value in told.items() if value != ""}, refusal.status)


def page(title: str, *paragraphs: str, form: str = "", status: int = 200) -> Answer:
    """Return a page for a person; ``form`` is HTML already."""
    body = "".join(f"<p>{escape(line)}</p>" for line in paragraphs)
    whole = f"<!DOCTYPE html><html><head><title>{escape(title)}</title></head><body><h1>{escape(title)}</h1>"
    return Answer(f"{whole}{body}{form}</body></html>".encode(), status, "text/html; charset=utf-8", _NO_STORE)


def back(redirect: str, told: Mapping[str, object]) -> Answer:
    """Send the browser back to the program."""
    sign = "&" if "?" in redirect else "?"
    address = redirect + sign + urlencode({name: str(value) for name, value in told.items() if value != ""})
    return Answer(b"", 302, "text/html", (("Location", address), *_NO_STORE))
