"""Microsoft Autodiscover version 2: a small JSON object that names where one protocol is, or an error.

The format is undocumented but simple: ``{"Protocol": "AutodiscoverV1", "Url": "https://…"}``, or ``ErrorCode`` and
``ErrorMessage``.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from mailwizard.discovery.documents import objects
from mailwizard.discovery.documents.values import cite, web_address
from mailwizard.model import Address
from mailwizard.net.clean import clean

_MESSAGE_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Place:
    """Where a protocol is, or why it is nowhere."""

    protocol: str = ""
    url: str = ""
    """Empty where none came that could be used."""
    error_code: str = ""
    error_text: str = ""


def question(host: str, address: Address, protocol: str = "AutodiscoverV1") -> str:
    """Return the URL that asks a host where a protocol (also ``Ews``, ``ActiveSync``) is."""
    return (
        f"https://{host}/autodiscover/autodiscover.json/v1.0/{quote(str(address), safe='@')}"
        f"?Protocol={quote(protocol, safe='')}"
    )


def read(body: bytes, address: Address) -> Place:
    """Return what an answer says.

    Raises:
        Failure: as the package says, without ``document.not-xml`` and ``document.digest``.
    """
    value = objects.parse(body)
    error = objects.object_in(value, "error") or value
    return Place(
        protocol=cite(objects.text_in(value, "protocol")),
        url=web_address(objects.text_in(value, "url"), address),
        error_code=cite(objects.text_in(error, "errorcode", "code")),
        error_text=clean(" ".join(objects.text_in(error, "errormessage", "message").split()), _MESSAGE_LIMIT),
    )
