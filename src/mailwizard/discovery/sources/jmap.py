"""Whether the domain offers JMAP (RFC 8620 section 2.2): noticed and said, for this program does not speak it."""

from __future__ import annotations

from mailwizard.model import Address, Candidate, Failure, Step, Trust
from mailwizard.net import Net
from mailwizard.witness import Skip, Witness

LABEL = "JMAP in DNS"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.GUESS
AFTER = 0.0


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Note where JMAP is offered; nothing is proposed.

    Raises:
        Failure: where DNS gives no answer.
    """
    async with witness.step(Step.DISCOVER) as note:
        try:
            records = await net.resolve(f"_jmap._tcp.{address.domain}", "SRV")
        except Failure as failure:
            if failure.code in {"dns.nodata", "dns.nxdomain"}:
                raise Skip(failure.code, "the domain names no JMAP service") from None
            raise
        places = [f"{record.value}:{record.port}" for record in records if record.value.strip(".")]
        if not places:
            raise Skip("dns.nodata", "the domain says that it offers no JMAP")
        note.add(*(("jmap", place) for place in places))
        note.detail = f"JMAP is offered at {', '.join(places)}; IMAP and SMTP are what is looked for here"
    return []
