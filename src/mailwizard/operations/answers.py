"""An answers file: one account as a TOML document, with the fields that flags and lists have; never a secret."""

from __future__ import annotations

import re
import tomllib

from mailwizard.net.clean import clean
from mailwizard.operations.wanted import FIELDS, Unfit, is_about_secrets, read_wanted

MOST_BYTES = 64 << 10
MORE = {
    "store": "where a password that is handed over is kept: keyring, vault or pass (default: the best that works here)",
    "check": "true or false: whether to check before saving",
}
"""What an answers file may say besides; ``check`` is no text but true or false."""
_EXAMPLES = {
    "address": "alice@example.com",
    "name": "alice",
    "display_name": "Alice Example",
    "server": "office",
    "imap": "imap.example.com:993/tls",
    "pop3": "pop.example.com:995/tls",
    "smtp": "smtp.example.com:465/tls",
    "ews": "https://mail.example.com/EWS/Exchange.asmx",
    "graph": "https://graph.microsoft.com",
    "username": "alice",
    "mechanism": "PLAIN",
    "from": "sales@example.com",
    "role": "company",
    "owner": "alice",
    "scope": "user",
    "secret": "pass:mail/alice",
    "until": "sign-in",
    "store": "vault",
}


def read_answers(data: bytes) -> dict[str, str]:
    """Return what an answers file says, by field; ``check`` is ``true`` or ``false``.

    Raises:
        ValueError: with one sentence that names the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("the answers are not UTF-8 text.") from None
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise ValueError(f"the answers are no TOML document: {clean(str(wrong), 200)}.") from None
    said: dict[str, str] = {}
    for key, value in document.items():
        where = f"line {_line(text, key)} of the answers"
        _refuse_key(key, where)
        if key == "check" and isinstance(value, bool):
            said[key] = str(value).lower()
        elif key == "check" or not isinstance(value, str):
            raise ValueError(f"{where}: {key} is {'true or false' if key == 'check' else 'a text in quotes'}.")
        else:
            said[key] = value
    if said.get("store", "vault") not in {"keyring", "vault", "pass"}:
        raise ValueError(f"line {_line(text, 'store')} of the answers: store: say keyring, vault or pass.")
    fields = {field: value for field, value in said.items() if field in FIELDS}
    try:
        read_wanted({"address": "nobody@example.com", **fields})
    except Unfit as wrong:
        raise ValueError(f"line {_line(text, wrong.field)} of the answers: {wrong}") from None
    return said


def template() -> str:
    """Return an answers file in which everything is explained and nothing but the address is said."""
    lines = [
        "# Answers for: mailwizard accounts add --answers FILE.toml",
        "# Take the # away from what you want to say. No password belongs in here.",
        "",
    ]
    for field, about in {**FIELDS, **MORE}.items():
        example = "true" if field == "check" else f'"{_EXAMPLES[field]}"'
        lines += [f"# {about[0].upper()}{about[1:]}.", f"{'' if field == 'address' else '# '}{field} = {example}", ""]
    return "\n".join(lines[:-1])


def _refuse_key(key: str, where: str) -> None:
    """Refuse a key that there is not, and first one that would hold a password."""
    if key in FIELDS or key in MORE:
        return
    if is_about_secrets(key.lower()):
        raise ValueError(
            f"{where}: no password belongs in here; delete it, and change it if it was a real one. "
            'secret = "pass:NAME" says where it lies, or --password-stdin hands it over.'
        )
    from difflib import get_close_matches

    near = get_close_matches(key.lower(), [*FIELDS, *MORE], n=1)
    known = f"did you mean {near[0]}?" if near else f"there are {', '.join([*FIELDS, *MORE])}."
    raise ValueError(f"{where}: there is no {clean(key, 40)}; {known}")


def line_of(data: bytes, key: str) -> int:
    """Return the line of an answers file in which a key stands."""
    return _line(data.decode("utf-8-sig", "replace"), key)


def _line(text: str, key: str) -> int:
    """Return the line in which a key, or the table of its name, stands; 1 where that cannot be seen."""
    name = re.escape(key)
    found = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{name}[\"']?[ \t]*[.=\]]", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
