"""A secret that a command prints: ``cmd:["pass", "show", "mail/alice"]``; no shell is involved.

A command that also keeps secrets is written with its others: ``cmd:{"get": […], "put": […], "forget": […]}``. ``put``
reads the secret from its standard input as one line; ``forget`` may be left out.
"""

from __future__ import annotations

import json
from typing import Any

from mailwizard.model import Failure
from mailwizard.storage.secrets.programs import ran
from mailwizard.storage.secrets.store import SECRET_LIMIT, AskPassphrase, one_line

KEEPS = False
RANK = 9
PREFIX = ""
LIMIT = 30.0
"""Seconds that a command may take."""
_VERBS = ("get", "put", "forget")
_FORM = (
    'cmd: is followed by a list of words, for example cmd:["pass", "show", "mail/alice"], or by such lists for get, '
    "put and forget in braces."
)


def read_rest(text: str) -> str:
    """Read a command as a list of words in JSON, or several by their verbs.

    Raises:
        ValueError: with one sentence.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if _is_command(said):
        return json.dumps(said, ensure_ascii=False)
    if isinstance(said, dict) and "get" in said and set(said) <= {*_VERBS} and all(map(_is_command, said.values())):
        return json.dumps({verb: said[verb] for verb in _VERBS if verb in said}, ensure_ascii=False)
    raise ValueError(_FORM)


def keeps(rest: str) -> bool:
    """Return whether there is a command that takes a secret."""
    return "put" in _commands(rest)


def forgets(rest: str) -> bool:
    """Return whether there is a command that takes the secret away."""
    return "forget" in _commands(rest)


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return nothing: the command asks for what it needs itself."""
    return ""


async def get(rest: str, key: str) -> str:
    """Return the first line that the command prints.

    Raises:
        Failure: ``store.missing`` without such a program or a line, ``store.denied`` where it ends with an error,
            ``store.timeout``.
    """
    return (await ran(_commands(rest)["get"], LIMIT)).first_line()


async def put(rest: str, secret: str, key: str) -> None:
    """Give the secret to the command that keeps it, and read it back.

    Raises:
        Failure: as :func:`get`; ``store.denied`` where the command takes no secret, or gives back another.
    """
    words = _commands(rest).get("put")
    if words is None:
        raise Failure("store.denied", "This command gives a secret and takes none.")
    (await ran(words, LIMIT, given=one_line(secret, words[0]))).refuse_error(secret)
    if await get(rest, key) != secret:
        raise Failure("store.denied", "The command said that it kept the secret, and gave back something else.")


async def forget(rest: str) -> None:
    """Let the secret be taken away; nothing happens where no command does that. Raises :class:`Failure` as get."""
    if words := _commands(rest).get("forget"):
        (await ran(words, LIMIT)).refuse_error()


def _commands(rest: str) -> dict[str, list[str]]:
    said: dict[str, list[str]] | list[str] = json.loads(rest)
    return said if isinstance(said, dict) else {"get": said}


def _is_command(said: Any) -> bool:
    fits = isinstance(said, list) and said and all(isinstance(word, str) and "\0" not in word for word in said)
    return bool(fits and said[0] and sum(map(len, said)) < SECRET_LIMIT)
