"""Why a certificate is not for a name, in words that tell one mistake from another."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from mailwizard.net.clean import clean
from mailwizard.net.real.certificate import extension, names, reference, title

if TYPE_CHECKING:
    from cryptography import x509

_NAMES_TOLD = 5
_SERVICE_NAME = "1.3.6.1.5.5.7.8.7"
"""The SRV-ID of RFC 4985."""


def why(name: str, leaf: x509.Certificate) -> str:
    """Return why this certificate does not prove ``name`` (RFC 9525 section 6, RFC 7817 section 3)."""
    wanted = clean(name)
    try:
        told = names(leaf)
    except ValueError:
        return f"the certificate's names cannot be read, so it is not for {wanted}"
    if not told:
        return _nameless(wanted, leaf)
    more = f" and {len(told) - _NAMES_TOLD} more" if len(told) > _NAMES_TOLD else ""
    listed = f"the certificate is for {', '.join(told[:_NAMES_TOLD])}{more}"
    if _is_address(wanted) and not any(map(_is_address, told)):
        return f"{listed}, not for {wanted}: it proves host names only, and an IP address was asked for"
    return f"{listed}, not for {wanted}{_wildcard(reference(wanted).lower(), told)}"


def _nameless(wanted: str, leaf: x509.Certificate) -> str:
    """Say what stands in a certificate in the place of a host name that counts."""
    if services := _services(leaf):
        return f"the certificate is for a mail service ({', '.join(services)}) and names no host, so not for {wanted}"
    owner = title(leaf.subject)
    if not owner:
        return f"the certificate names neither a host nor an owner, so it is not for {wanted}"
    if owner.partition(",")[0].lower() == reference(wanted).lower():
        return (
            f"the certificate names {wanted} only as its owner (common name), which counted as a host name long ago; "
            "it needs a subject alternative name"
        )
    return f"the certificate names no host, so it is not for {wanted}; it is {owner}'s"


def _services(leaf: x509.Certificate) -> tuple[str, ...]:
    """Return the services of a domain that a certificate names, such as ``_imaps.example.com``."""
    from cryptography import x509

    try:
        alternatives = extension(leaf, x509.SubjectAlternativeName)
    except ValueError:
        return ()
    others = alternatives.get_values_for_type(x509.OtherName) if alternatives else []
    return tuple(
        clean(one.value[2:].decode("ascii", "replace")) for one in others if one.type_id.dotted_string == _SERVICE_NAME
    )


def _wildcard(wanted: str, told: tuple[str, ...]) -> str:
    """Say why a wildcard that seems to fit does not."""
    for name in map(str.lower, told):
        first, _, rest = name.partition(".")
        if "*" not in name:
            continue
        if name == "*":
            return "; a * alone stands for no host"
        if "*" in rest or first != "*":
            return f"; in {name} the * is not the whole first label, so it does not count"
        if wanted.endswith(f".{rest}") and "." in wanted.removesuffix(f".{rest}"):
            return f"; the * in {name} stands for one label only"
        if wanted == rest:
            return f"; {name} covers the hosts below {rest}, not {rest} itself"
    return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(reference(name))
    except ValueError:
        return False
    return True
