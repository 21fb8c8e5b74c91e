"""Name the numbers that systems and libraries give to errors, so that rules need to know only the names."""

from __future__ import annotations

import re

_ERRNO = re.compile(
    r"(?:errno|os error|winerror|wsa error|socket error|syscall error|win32 error)[\"']?[\s:#=(\[]{0,4}-?(\d{1,5})\b"
)
_WINSOCK = re.compile(r"(?<![\d.:/-])(1(?:00(?:04|13|22|3[56]|4[89]|5[0-8]|6[0145]|93)|100[1-4]))(?![\d.:])")

_NAMES = {
    "econnrefused": "111 61 146 10061 4078",
    "etimedout": "110 60 145 10060 4039",
    "econnreset": "104 54 10054 4077",
    "econnaborted": "103 53 10053 4079",
    "epipe": "32 4047 10058",
    "enetunreach": "101 51 10051 4062",
    "ehostunreach": "113 65 10065 10064",
    "enetdown": "100 50 10050",
    "eaddrnotavail": "99 49 10049 4090",
    "eacces": "13 10013 4092",
    "eperm": "1 4048",
    "enotfound": "11001 3008",
    "eai_again": "11002 3001",
    "eai_fail": "11003",
    "eai_nodata": "11004 3007",
}
_NUMBERED = {number: name for name, numbers in _NAMES.items() for number in numbers.split()}


def names(folded: str) -> str:
    """Return the names of the errors whose numbers stand in a text, each once, with blanks between them."""
    found = _ERRNO.findall(folded) if "err" in folded else []
    if "10" in folded or "11" in folded:
        found += _WINSOCK.findall(folded)
    return " ".join(dict.fromkeys(name for name in map(_NUMBERED.get, found) if name and name not in folded))
