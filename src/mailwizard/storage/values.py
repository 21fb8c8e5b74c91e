"""Single values of a file, read strictly; what does not fit is refused as :class:`Unfit`, with the field's name."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from mailwizard.model import Address, Identity
from mailwizard.storage.documents import Table, Value
from mailwizard.storage.names import read_name

Word = TypeVar("Word", bound=StrEnum)


class Unfit(ValueError):
    """A field's value cannot be used; ``field`` says which, the text is a sentence for a person."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.args[0]}"


def text_of(values: Mapping[str, Value], field: str, default: str = "") -> str:
    """Return a text; a control character in one would act on terminals or on the wire."""
    value = values.get(field, default)
    if not isinstance(value, str):
        raise Unfit(field, "This is a text, in quotation marks.")
    if value.isprintable():
        return value
    wrong = next((c for c in value if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}), "")
    if wrong:
        raise Unfit(field, f"This holds no line breaks or control characters, here U+{ord(wrong):04X}.")
    return value


def word_of(values: Mapping[str, Value], field: str, words: type[Word], default: Word) -> Word:
    """Return one of a few words, whatever its capitals."""
    text = text_of(values, field, default)
    try:
        return words(text.strip().lower())
    except ValueError:
        raise Unfit(field, f"This is one of {', '.join(words)}.") from None


def name_of(values: Mapping[str, Value], field: str, default: str) -> str:
    """Return the name of a server or an account."""
    try:
        return read_name(text_of(values, field, default))
    except Unfit:
        raise
    except ValueError as wrong:
        raise Unfit(field, str(wrong)) from None


def address_of(values: Mapping[str, Value]) -> Address:
    """Return the address that an account must have."""
    if "address" not in values:
        raise Unfit("address", "An account needs an address.")
    return _parsed(text_of(values, "address"), "address")


def maybe_address_of(values: Mapping[str, Value], field: str) -> Address | None:
    """Return an address that may be left out."""
    text = text_of(values, field)
    return _parsed(text, field) if text else None


def _parsed(text: str, field: str) -> Address:
    try:
        return Address.parse(text)
    except ValueError as wrong:
        raise Unfit(field, str(wrong)) from None


def texts_of(values: Mapping[str, Value], field: str) -> tuple[str, ...]:
    """Return a list of texts."""
    value = values.get(field, ())
    if not isinstance(value, tuple) or not all(isinstance(one, str) for one in value):
        raise Unfit(field, "This is a list of texts in brackets.")
    return tuple(text_of({field: one}, field) for one in value if isinstance(one, str))


def tables_of(values: Mapping[str, Value], field: str) -> tuple[Table, ...]:
    """Return the tables of one name."""
    value = values.get(field, ())
    if not isinstance(value, tuple) or not all(isinstance(one, dict) for one in value):
        raise Unfit(field, f"These are tables, each under a line [[{field}]].")
    return tuple(one for one in value if isinstance(one, dict))


def table_of(identity: Identity) -> Table:
    """Return one of an account's other addresses as it is written."""
    reply_to = identity.reply_to.display if identity.reply_to else ""
    return {"address": identity.address.display, "display_name": identity.display_name, "reply_to": reply_to}


def identity_of(table: Table) -> Identity:
    """Return one of an account's other addresses."""
    try:
        address, reply_to = address_of(table), maybe_address_of(table, "reply_to")
        return Identity(address, text_of(table, "display_name"), reply_to)
    except Unfit as wrong:
        raise Unfit("identities", f"{wrong.field} of one of them: {wrong.args[0]}") from None


def reference_of(values: Mapping[str, Value]) -> str:
    """Return the secret's reference; what is none may be the secret itself and is not repeated."""
    from mailwizard.storage.secrets.references import read_reference

    text = text_of(values, "secret")
    try:
        return str(read_reference(text)) if text else ""
    except ValueError as wrong:
        raise Unfit("secret", str(wrong)) from None
