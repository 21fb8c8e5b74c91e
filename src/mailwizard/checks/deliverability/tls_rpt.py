"""TLS-RPT (RFC 8460): where senders report that TLS to the domain failed."""

from __future__ import annotations

from mailwizard.checks.deliverability.finding import Finding, texts
from mailwizard.net import Net


def parse(text: str) -> tuple[str, ...]:
    """Return where a record asks reports to be sent.

    Raises:
        ValueError: saying what is wrong with it.
    """
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    tags = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
    if not tags or tags[0] != ("v", "TLSRPTv1"):
        raise ValueError("it does not begin with v=TLSRPTv1")
    places = tuple(
        place.strip() for name, value in tags if name == "rua" for place in value.split(",") if place.strip()
    )
    if not places or not all(place.lower().startswith(("mailto:", "https:")) for place in places):
        raise ValueError("it names no place for reports (rua)")
    return places


def judge(domain: str, records: tuple[str, ...]) -> Finding:
    """Return what a domain's records come to."""
    if not records:
        return Finding("tls-rpt", f"{domain} asks for no reports about TLS", facts=(("tls-rpt", "none"),))
    try:
        if len(records) > 1:
            raise ValueError(f"there are {len(records)} of them")
        places = parse(records[0])
    except ValueError as wrong:
        detail = f"the TLS-RPT record of {domain} cannot be used: {wrong}"
        return Finding("tls-rpt", detail, "sender.tls-rpt", (("tls-rpt", "broken"),))
    return Finding("tls-rpt", f"{domain} asks for reports about TLS", facts=(("tls-rpt", " ".join(places)),))


async def look(domain: str, net: Net) -> Finding:
    """Return whether a domain asks for reports.

    Raises:
        Failure: where DNS gives no answer.
    """
    return judge(domain, await texts(net, f"_smtp._tls.{domain}", "v=TLSRPTv1"))
