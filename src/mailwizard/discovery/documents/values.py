"""Turn single texts of a document into values: placeholders, ports, links, login names, domains."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from mailwizard.model import Address, read_host, read_port
from mailwizard.net.clean import clean

NAME_LIMIT = 200
HOST_LIMIT = 255
LOGIN_LIMIT = 320
"""Octets of a mail address at most (RFC 3696 with its erratum), and so of a login name made from it."""
URL_LIMIT = 2048
_QUOTED_LIMIT = 60

# One percent sign may be missing: published documents have "%EMAILLOCALPART" at the end of an element.
_NAMES = "EMAILADDRESS|EMAILLOCALPART|EMAILDOMAIN"
_PLACEHOLDER = re.compile(
    rf"%(?P<open>{_NAMES})(?:%|(?![A-Z]))|(?<![A-Z])(?P<closed>{_NAMES})%",
    re.IGNORECASE,
)
_UNKNOWN_PLACEHOLDER = re.compile(r"%[A-Z][A-Z0-9_]*%", re.IGNORECASE)
_PRINTABLE_ASCII = re.compile(r"[!-~]+\Z")


def fill(text: str, address: Address, *, shown: bool = False, quoted: bool = False) -> str:
    """Return the text with the address in place of its placeholders.

    ``shown`` takes the domain as a person reads it, ``quoted`` escapes what is filled in for a URL. A value is never
    searched for placeholders again.
    """
    domain = address.unicode_domain if shown else address.domain
    values = {
        "EMAILADDRESS": f"{address.local}@{domain}",
        "EMAILLOCALPART": address.local,
        "EMAILDOMAIN": domain,
    }

    def value(found: re.Match[str]) -> str:
        filled = values[(found["open"] or found["closed"]).upper()]
        return quote(filled, safe="") if quoted else filled

    return _PLACEHOLDER.sub(value, text)


def unknown_placeholder(text: str) -> str:
    """Return the first placeholder that only a person could fill in, such as ``%USERNAME%``, or nothing."""
    found = _UNKNOWN_PLACEHOLDER.search(_PLACEHOLDER.sub("", text))
    return found[0] if found else ""


def cite(text: str) -> str:
    """Return outside text so short and clean that it fits into a sentence."""
    return clean(text.strip(), _QUOTED_LIMIT)


def host_name(text: str, address: Address) -> str:
    """Return the server's name or IP address.

    Raises:
        ValueError: with the part of a sentence that says what is wrong.
    """
    if not text.strip():
        raise ValueError("it has no host name")
    filled = fill(text.strip(), address) if len(text) <= HOST_LIMIT else text
    if len(filled) > HOST_LIMIT:
        raise ValueError("its host name is too long")
    if "%" in filled:  # a placeholder nobody knows, or an IPv6 address of one machine's own interface
        raise ValueError(f"{cite(text)!r} is no host name")
    try:
        return read_host(filled)
    except (ValueError, IndexError):
        raise ValueError(f"{cite(text)!r} is no host name") from None


def port_number(text: str) -> int:
    """Return the port.

    Raises:
        ValueError: with the part of a sentence that says what is wrong.
    """
    if not text.strip():
        raise ValueError("it has no port")
    try:
        return read_port(text)
    except ValueError:
        raise ValueError(f"{cite(text)!r} is no port") from None


def login_name(text: str, address: Address) -> str:
    """Return the login name for the address; empty where the text gives none.

    Raises:
        ValueError: with a sentence, where the name cannot be known from the address or could not be typed.
    """
    template = text.strip()
    if len(template) > LOGIN_LIMIT:
        raise ValueError("The login name in the document is too long to be one.")
    missing = unknown_placeholder(template)
    if missing:
        raise ValueError(f"The login name has a part that only the account's owner knows ({cite(missing)}).")
    filled = fill(template, address)
    if not filled.isprintable():
        raise ValueError("The login name in the document has characters that no login name holds.")
    return filled


def domain_name(text: str, address: Address) -> str:
    """Return a domain as A-labels, or nothing where the text is none."""
    try:
        return host_name(text, address)
    except ValueError:
        return ""


def web_address(text: str, address: Address, *, secure: bool = False) -> str:
    """Return an http or https URL (``secure``: https only), or nothing where the text is no usable one.

    Whoever hides a user name in a URL wants to be taken for somebody else, so such a URL is none.
    """
    if len(text) > URL_LIMIT:
        return ""
    url = fill(text.strip(), address, quoted=True)
    if len(url) > URL_LIMIT or not _PRINTABLE_ASCII.match(url):
        return ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        read_host(host or "")
    except ValueError:
        return ""
    allowed = {"https"} if secure else {"https", "http"}
    usable = parts.scheme.lower() in allowed and "@" not in parts.netloc and "\\" not in url and port != 0
    return url if usable else ""


def title(text: str, address: Address) -> str:
    """Return a name for a person to read, on one line."""
    return clean(" ".join(fill(text[: 4 * NAME_LIMIT], address, shown=True).split()), NAME_LIMIT)
