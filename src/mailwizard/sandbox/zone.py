"""The names of the small internet, and what DNS says of them."""

from __future__ import annotations

from contextlib import suppress

from mailwizard.model import Failure
from mailwizard.net import Record, RecordKind

_LONGEST_CHAIN = 8


class Zone:
    """A table of records that answers as a resolver does: CNAMEs followed, NXDOMAIN and NODATA told apart.

    A name that begins with ``*.`` speaks for every name below it that does not exist (RFC 4592).
    """

    def __init__(self) -> None:
        self._records: dict[tuple[str, RecordKind], tuple[Record, ...]] = {}
        self._existing: set[str] = set()
        self._dead: dict[str, str] = {}

    def add(self, name: str, *records: Record) -> None:
        """Add records to what a name already has."""
        for kind in dict.fromkeys(record.kind for record in records):
            key = (_key(name), kind)
            added = (record for record in records if record.kind == kind)
            self._records[key] = (*self._records.get(key, ()), *added)
        self._existing.update(_and_above(_key(name)))

    def remove(self, name: str, kind: RecordKind) -> None:
        """Forget the records of one kind that a name has."""
        self._records.pop((_key(name), kind), None)
        self._existing = {above for known, _ in self._records for above in _and_above(known)}

    def knows(self, name: str, kind: RecordKind) -> bool:
        """Return whether a name has records of one kind of its own, neither by an alias nor by a wildcard."""
        return (_key(name), kind) in self._records

    def fail(self, name: str, code: str) -> None:
        """Let questions about a name and all below it fail with a code, ``dns.timeout`` or ``dns.servfail``.

        The empty name stands for all of DNS.
        """
        self._dead[_key(name)] = code

    def failure(self, name: str) -> str:
        """Return the code with which questions about a name fail, or nothing."""
        return next((self._dead[above] for above in (*_and_above(_key(name)), "") if above in self._dead), "")

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
            if code := self.failure(asked):
                raise Failure(code, f"no answer about {name}")
            owner = self._owner(asked)
            found = self._records.get((owner, kind), ())
            if found:
                return found
            alias = self._records.get((owner, "CNAME"), ())
            if not alias or kind == "CNAME":
                break
            asked = _key(alias[0].value)
        if self._owner(asked):
            raise Failure("dns.nodata", f"{name} has no {kind} record")
        raise Failure("dns.nxdomain", f"there is no name {name}")

    def _owner(self, name: str) -> str:
        """Return the name whose records answer: itself, or the wildcard nearest above it; nothing where none does.

        A name exists if it has any record, or one below it has (RFC 8020).
        """
        if name in self._existing:
            return name
        nearest = next((above for above in _and_above(name)[1:] if above in self._existing), "")
        return f"*.{nearest}" if f"*.{nearest}" in self._existing else ""


def _and_above(name: str) -> tuple[str, ...]:
    """Return a name and every name above it, but for the root."""
    labels = name.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels)))


def _key(name: str) -> str:
    """Return a name as it is compared: lower case, without its final dot."""
    return name.lower().rstrip(".")
