"""The names of the small internet, and what DNS says of them."""

from __future__ import annotations

from contextlib import suppress

from mailwizard.model import Failure
from mailwizard.net import Record, RecordKind

_LONGEST_CHAIN = 8


class Zone:
    """A table of records that answers as a resolver does: CNAMEs followed, NXDOMAIN and NODATA told apart."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, RecordKind], tuple[Record, ...]] = {}
        self._dead: dict[str, str] = {}

    def add(self, name: str, *records: Record) -> None:
        """Add records to what a name already has."""
        for record in records:
            key = (_key(name), record.kind)
            self._records[key] = (*self._records.get(key, ()), record)

    def remove(self, name: str, kind: RecordKind) -> None:
        """Forget the records of one kind that a name has."""
        self._records.pop((_key(name), kind), None)

    def fail(self, name: str, code: str) -> None:
        """Let questions about a name fail with a code, ``dns.timeout`` or ``dns.servfail``."""
        self._dead[_key(name)] = code

    def failure(self, name: str) -> str:
        """Return the code with which questions about a name fail, or nothing."""
        return self._dead.get(_key(name), "")

    def addresses(self, name: str) -> tuple[str, ...]:
        """Return every address of a name, both families; none where it has no address."""
        found: list[str] = []
        kinds: tuple[RecordKind, ...] = ("AAAA", "A")
        for kind in kinds:
            with suppress(Failure):
                found += [record.value for record in self.answer(name, kind)]
        return tuple(found)

    def answer(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records of one kind, at least one.

        Raises:
            Failure: ``dns.nxdomain``, ``dns.nodata``, or the code set with :meth:`fail`.
        """
        asked = _key(name)
        for _ in range(_LONGEST_CHAIN):
            if asked in self._dead:
                raise Failure(self._dead[asked], f"no answer about {name}")
            found = self._records.get((asked, kind), ())
            if found:
                return found
            alias = self._records.get((asked, "CNAME"), ())
            if not alias or kind == "CNAME":
                break
            asked = _key(alias[0].value)
        if self._exists(asked):
            raise Failure("dns.nodata", f"{name} has no {kind} record")
        raise Failure("dns.nxdomain", f"there is no name {name}")

    def _exists(self, name: str) -> bool:
        """Return whether a name has any record, or one below it has (RFC 8020)."""
        return any(known == name or known.endswith(f".{name}") for known, _ in self._records)


def _key(name: str) -> str:
    """Return a name as it is compared: lower case, without its final dot."""
    return name.lower().rstrip(".")
