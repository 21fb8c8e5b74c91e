"""Names that belong to Microsoft's mail service, and which of its clouds each one means."""

from __future__ import annotations

from mailwizard import knowledge
from mailwizard.model import Failure
from mailwizard.net import Net

_CLOUDS = {
    "partner.outlook.cn": "microsoft365-cn",
    "office365.us": "microsoft365-gcchigh",
    "outlook.com": "microsoft365",
    "office365.com": "microsoft365",
    "office.com": "microsoft365",
}
"""Where the alias ``autodiscover.DOMAIN`` leads, by suffix, to the provider card."""


def cloud_of(host: str) -> str:
    """Return the provider card of the Microsoft cloud that a host belongs to, or nothing."""
    return next((card for suffix, card in _CLOUDS.items() if host == suffix or host.endswith(f".{suffix}")), "")


async def alias_of(net: Net, name: str) -> str:
    """Return what a name is an alias of; nothing where it is none or DNS does not say."""
    try:
        records = await net.resolve(name, "CNAME")
    except Failure:
        return ""
    return records[0].value.lower().rstrip(".")


def is_microsoft(host: str) -> bool:
    """Return whether a mail exchanger belongs to Microsoft's service for companies."""
    card = knowledge.by_mx(host)
    return card is not None and card.id in set(_CLOUDS.values())
