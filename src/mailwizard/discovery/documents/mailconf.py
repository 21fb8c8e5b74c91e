"""The ``mailconf=`` TXT record at the mail domain: a URL of a clientConfig document, as himalaya reads it.

The convention is older than any draft: the value begins with ``mailconf=`` in lower case, the rest is the URL, and a
record of several character strings is one text. A URL is taken as it stands, without placeholders.
"""

from __future__ import annotations

from collections.abc import Iterable

from mailwizard.discovery.documents.values import web_address
from mailwizard.model import Address

_PREFIX = "mailconf="
RECORD_LIMIT = 64


def locations(records: Iterable[str], address: Address) -> tuple[str, ...]:
    """Return the URLs that a domain's TXT records point to, https before http, each once.

    A URL with a placeholder is left out: it would carry the address to wherever it points.
    """
    values = [record.strip().strip('"') for record in list(records)[:RECORD_LIMIT]]
    pointed = [value[len(_PREFIX) :].strip() for value in values if value.lower().startswith(_PREFIX)]
    urls = dict.fromkeys(url for text in pointed if (url := web_address(text, address)) and url == text)
    return tuple(sorted(urls, key=lambda url: not url.lower().startswith("https:")))
