"""What kind of network an address belongs to, so that a public name leads nobody into a private one."""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from functools import cache

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Reach(StrEnum):
    """From where an address can be reached."""

    PUBLIC = "public"
    PRIVATE = "private"
    LOOPBACK = "loopback"
    NEVER = "never"
    """No server that anybody should be sent to: this link only, many machines at once, or nobody."""


_RANGES = {
    Reach.LOOPBACK: ("127.0.0.0/8", "::1/128"),
    Reach.PRIVATE: (
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",  # RFC 6598, between a provider and its customers
        "198.18.0.0/15",  # RFC 2544, test benches
        "fc00::/7",  # RFC 4193
        "fec0::/10",  # RFC 3879, no longer given out
        "64:ff9b:1::/48",  # RFC 8215, translated within one network
    ),
    Reach.NEVER: (
        "0.0.0.0/8",  # this machine, on many systems
        "169.254.0.0/16",  # this link, and where clouds keep their machines' secrets
        "192.0.0.0/24",  # RFC 6890, protocol assignments
        "224.0.0.0/3",  # many machines at once, reserved, everybody
    ),
}
_GLOBAL_SIX = ipaddress.IPv6Network("2000::/3")
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def reach(address: str) -> Reach:
    """Return where an IP address can be reached from; one that carries another (RFC 4291, 6052, 3056, 4380) as that.

    Addresses for documentation count as public: no network behind a firewall has them.
    """
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and (carried := _carried(parsed)) is not None:
        parsed = carried
    for kind, network in _networks():
        if parsed in network:
            return kind
    return Reach.PUBLIC if parsed.version == 4 or parsed in _GLOBAL_SIX else Reach.NEVER


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address stands for."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _TRANSLATED or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


@cache
def _networks() -> tuple[tuple[Reach, _Network], ...]:
    return tuple((kind, ipaddress.ip_network(text)) for kind, texts in _RANGES.items() for text in texts)
