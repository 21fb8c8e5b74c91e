"""Our own door to DNS in the shape that dnspython has, for a library that takes a resolver and works in a thread."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError
from typing import Any, get_args

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.rrset

from mailwizard.model import Failure
from mailwizard.net import Net, Record, RecordKind

Unanswered = dns.exception.DNSException
"""What a library may let through where it did not get the answer that it wanted."""
_KINDS = frozenset(get_args(RecordKind))
_NO_NAME: Any = dns.resolver.NXDOMAIN
_NO_RECORD: Any = dns.resolver.NoAnswer
_NO_SERVER: Any = dns.resolver.NoNameservers


class Asking(dns.resolver.Resolver):
    """A resolver whose every question is asked through a :class:`~mailwizard.net.Net` on the loop that made it.

    ``patience`` is how long one answer is waited for, in seconds, and ``most`` how many questions are asked. After
    :meth:`stop` nothing is asked any more.
    """

    def __init__(self, net: Net, patience: float, most: int = 1000) -> None:
        super().__init__(configure=False)
        self._net, self._patience, self._most = net, patience, most
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        self.asked = 0
        """How many questions were asked."""
        self.unanswered = 0
        """How many of them got no answer at all, so that nothing follows from it."""

    def stop(self) -> None:
        """Answer nothing more, so that whoever still works in a thread comes to an end."""
        self._stopped.set()

    def resolve(self, qname: Any, rdtype: Any = "A", *others: Any, **more: Any) -> dns.resolver.Answer:
        """Return the answer to a question.

        Raises:
            dns.resolver.NXDOMAIN: for a name that does not exist.
            dns.resolver.NoAnswer: for a name without such records, and for kinds that are never asked.
            dns.resolver.NoNameservers: where there is no answer.
        """
        name = qname if isinstance(qname, dns.name.Name) else dns.name.from_text(str(qname))
        kind = dns.rdatatype.to_text(dns.rdatatype.RdataType.make(rdtype))
        if self._stopped.is_set():
            raise _NO_SERVER()
        if kind not in _KINDS:
            raise _NO_RECORD()
        if self.asked >= self._most:
            self.unanswered += 1
            raise _NO_SERVER()
        self.asked += 1
        question = self._net.resolve(name.to_text(omit_final_dot=True), kind)  # type: ignore[arg-type]
        answer = asyncio.run_coroutine_threadsafe(_patiently(question, self._patience), self._loop)
        try:
            records = answer.result(self._patience + 1)
        except Failure as failure:
            if failure.code == "dns.nxdomain":
                raise _NO_NAME() from None
            if failure.code == "dns.nodata":
                raise _NO_RECORD() from None
            self.unanswered += 1
            raise _NO_SERVER() from None
        except (TimeoutError, CancelledError):
            self.unanswered += 1
            raise _NO_SERVER() from None
        return _answer(name, kind, records)


async def _patiently(question: Any, patience: float) -> tuple[Record, ...]:
    """Wait for an answer, but not for ever."""
    async with asyncio.timeout(patience):
        records: tuple[Record, ...] = await question
        return records


def _answer(name: dns.name.Name, kind: str, records: tuple[Record, ...]) -> dns.resolver.Answer:
    """Return records as dnspython has them."""
    response = dns.message.QueryMessage()
    response.question = dns.message.make_query(name, kind).question
    texts = [_text(kind, record) for record in records]
    ttl = min((record.ttl for record in records), default=0)
    number = dns.rdatatype.from_text(kind)
    found = response.find_rrset(response.answer, name, dns.rdataclass.IN, number, create=True)
    for data in dns.rrset.from_text(name, ttl, "IN", kind, *texts):
        found.add(data, ttl)
    response.flags |= dns.flags.QR | dns.flags.RA
    return dns.resolver.Answer(name, number, dns.rdataclass.IN, response)


def _text(kind: str, record: Record) -> str:
    """Return a record as a zone file has it."""
    if kind == "TXT":
        data = record.value.encode("utf-8", "surrogateescape")
        parts = [data[at : at + 255] for at in range(0, len(data), 255)] or [b""]
        return " ".join(f'"{"".join(map(_escaped, part))}"' for part in parts)
    if kind in {"A", "AAAA"}:
        return record.value
    host = f"{record.value.rstrip('.')}."
    if kind == "MX":
        return f"{record.preference} {host}"
    return f"{record.preference} {record.weight} {record.port} {host}" if kind == "SRV" else host


def _escaped(byte: int) -> str:
    """Return a byte as it stands in a quoted text of a zone file."""
    letter = chr(byte)
    return letter if 0x20 <= byte < 0x7F and letter not in '"\\' else f"\\{byte:03d}"
