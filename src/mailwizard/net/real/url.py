"""Addresses of web pages, read strictly: what could be read in two ways is not read at all."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

from mailwizard.model import read_host

LIMIT = 4096
"""Characters in an address of a web page."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_FORBIDDEN = re.compile(r'[\x00-\x20\x7f-\xa0"<>\\^`{|}\ud800-\udfff\ufffd]')
_PORT = re.compile(r"[0-9]{1,5}\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_NO_SERVER = "names no server that can be read"
_KEPT = "/%:@!$&'()*+,;=?-._~[]"


class NotHttps(ValueError):
    """The address is for another protocol than https."""


@dataclass(frozen=True, slots=True)
class Url:
    """An https address in its one form: host in A-labels and lower case, no user, no fragment."""

    host: str
    port: int
    target: str
    """Path and query, in ASCII."""

    @classmethod
    def parse(cls, text: str, base: str = "") -> Self:
        """Read an address, or one relative to a ``base``.

        Raises:
            NotHttps: where it names another protocol.
            ValueError: with what is wrong with it, to stand after "the address …".
        """
        if not text or len(text) > LIMIT:
            raise ValueError(f"has {len(text)} characters, from 1 to {LIMIT} are allowed")
        if _FORBIDDEN.search(text):
            raise ValueError("holds characters that no web address may hold")
        if scheme := _SCHEME.match(text):
            if scheme[1].lower() != "https":
                raise NotHttps(f"is not for https but for {scheme[1].lower()}")
            if not text[scheme.end() :].startswith("//"):
                raise ValueError("names no server")
        elif base:
            try:
                text = urljoin(base, text)
            except ValueError:
                raise ValueError(_NO_SERVER) from None
        else:
            raise ValueError("does not begin with https://")
        try:
            parts = urlsplit(text)
        except ValueError:
            raise ValueError(_NO_SERVER) from None
        host, port = _place(parts.netloc)
        path = quote(parts.path, _KEPT) or "/"
        query = f"?{quote(parts.query, _KEPT)}" if parts.query else ""
        return cls(host, port, path + query)

    @property
    def authority(self) -> str:
        """Return the host, with its port where that is not 443, as the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"https://{self.authority}{self.target}"


def _place(netloc: str) -> tuple[str, int]:
    """Return host and port.

    Raises:
        ValueError: with what is wrong with them.
    """
    if "@" in netloc:
        raise ValueError("carries a user name")
    bracket = netloc.rpartition("]")[0] if netloc.startswith("[") else ""
    name, _, port = netloc[len(bracket) :].partition(":")
    host = _host(bracket + name)
    if not port:
        return host, 443
    if not (_PORT.match(port) and 0 < int(port) < 65536):
        raise ValueError("names no port that can be read")
    return host, int(port)


def _host(name: str) -> str:
    """Return a name in A-labels, or an IP address written in the usual way.

    Raises:
        ValueError: with what is wrong with it.
    """
    try:
        if name.startswith("["):
            address = ipaddress.IPv6Address(name[1:].removesuffix("]"))
            if address.scope_id is not None:
                raise ValueError(_NO_SERVER)
            return str(address)
        if {"[", "]"} & set(name) or ".." in name:
            raise ValueError(_NO_SERVER)
        host = read_host(name)
        # What ends in a number is an address to some readers and a name to others (WHATWG URL, 3.5).
        return str(ipaddress.IPv4Address(host)) if _NUMBER.match(host.rpartition(".")[2]) else host
    except ValueError:
        raise ValueError(_NO_SERVER) from None
