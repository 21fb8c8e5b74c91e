"""The mail services that a domain names in DNS (RFC 6186 section 3, RFC 8314 section 5.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from mailwizard.discovery.publishing import leads_inside
from mailwizard.model import (
    Address,
    Candidate,
    Endpoint,
    Failure,
    Protocol,
    Security,
    Step,
    Trust,
    read_host,
    read_port,
)
from mailwizard.net import Net, Record
from mailwizard.net.names import same_registered_domain
from mailwizard.witness import Note, Skip, Witness

LABEL = "service records in DNS"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.PUBLISHED
AFTER = 0.0

SERVICES: tuple[tuple[str, Protocol, Security], ...] = (
    ("_submissions", Protocol.SMTP, Security.TLS),
    ("_submission", Protocol.SMTP, Security.STARTTLS),
    ("_imaps", Protocol.IMAP, Security.TLS),
    ("_imap", Protocol.IMAP, Security.STARTTLS),
    ("_pop3s", Protocol.POP3, Security.TLS),
    ("_pop3", Protocol.POP3, Security.STARTTLS),
)

MOST = 8
"""Servers of one service that are proposed, whatever the number of records."""
_TLS_PORTS = {(Protocol.SMTP, 465), (Protocol.IMAP, 993), (Protocol.POP3, 995)}


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose what the domain's service records name; each answer is told as soon as it is there.

    Raises:
        Failure: as :meth:`Net.resolve`, where no name got an answer.
    """
    found: list[Candidate] = []
    async with witness.step(Step.DISCOVER) as note:

        async def question(service: str, protocol: Protocol, security: Security) -> Failure | None:
            try:
                records = await net.resolve(f"{service}._tcp.{address.domain}", "SRV")
            except Failure as failure:
                return failure
            candidates = _candidates(address, service, protocol, security, records, note)
            for candidate in candidates:
                witness.tell(candidate)
            found.extend(candidates)
            return None

        async with asyncio.TaskGroup() as group:
            questions = [group.create_task(question(*service)) for service in SERVICES]
        _sum_up(note, [failure for question in questions if (failure := question.result())], found)
    return found


def _sum_up(note: Note, failures: Sequence[Failure], found: Sequence[Candidate]) -> None:
    """Write down how the six questions ended, an answer that says no apart from none at all."""
    silent = [failure for failure in failures if failure.code not in {"dns.nxdomain", "dns.nodata"}]
    if silent and len(failures) == len(SERVICES):
        raise silent[0]
    services = ", ".join(value for name, value in note.facts if name == "offered")
    if silent:
        note.warn(
            silent[0].code, f"{len(silent)} of {len(SERVICES)} questions got no answer; {services or 'no others'}"
        )
    elif found:
        note.detail = services
    elif len(failures) == len(SERVICES):
        raise Skip("dns.nodata", "the domain names no mail services")
    else:
        note.detail = "the domain says which services it does not offer, and names no other"


def _candidates(
    address: Address, service: str, protocol: Protocol, security: Security, records: Sequence[Record], note: Note
) -> list[Candidate]:
    """Turn the records of one service into candidates, best first, and note what is not offered or not usable."""
    name = service.removeprefix("_")
    if not any(record.value.strip(".") for record in records):
        note.add(("not-offered", name))
        return []
    candidates = []
    usable = in_order(records)
    if len(usable) > MOST:
        note.add(("left-out", f"{len(usable) - MOST} of {len(usable)} servers for {name}"))
    for preference, record in enumerate(usable[:MOST]):
        try:
            host, port = read_host(record.value), read_port(str(record.port))
        except ValueError:
            note.add(("unusable", f"{name} {record.value}:{record.port}"))
            continue
        if leads_inside(host):
            note.add(("unusable", f"{name} {host}:{port} leads into a private network"))
            continue
        actual = Security.TLS if (protocol, port) in _TLS_PORTS else security
        endpoint = Endpoint(protocol, host, port, actual)
        note.add(("offered", f"{name} {endpoint.place}"))
        trust, why = _judge(address, service, host)
        candidates.append(Candidate(endpoint, str(address), (), "srv", trust, why, preference=preference))
    return candidates


def _judge(address: Address, service: str, host: str) -> tuple[Trust, str]:
    """Return how far a target may be believed, and why (RFC 6186 section 6)."""
    said = f"{address.unicode_domain} names it in DNS ({service}._tcp)"
    if same_registered_domain(address.domain, host):
        return Trust.PUBLISHED, f"{said}."
    return Trust.UNSIGNED, f"{said}, but it belongs to another domain and nothing signs that."


def in_order(records: Sequence[Record]) -> list[Record]:
    """Return the usable records, lowest priority first and heaviest first within one (RFC 2782, without the dice)."""
    usable = [record for record in records if record.value.strip(".")]
    return sorted(usable, key=lambda record: (record.preference, -record.weight, record.value, record.port))
