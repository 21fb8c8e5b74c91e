"""Who else may answer where a mail server is looked for, told by the first words: pure."""

from __future__ import annotations

import re

_NUL = "[\\0␀]"
"""A NUL byte, as it is and as it is shown."""
_STRANGERS = (
    ("http", r"^HTTP/[0-9]|^<(?:!doctype|html|head|\?xml)\b"),
    ("ssh", r"^SSH-[12]\."),
    (
        "ftp",
        r"^220[ -](?!.*smtp).*(?:\bftp|filezilla|\bproftpd|pure-ftpd|vsftpd|serv-u)|^530 .*log ?in with user and pass",
    ),
    ("telnet", r"^(?:\\xff\\xf[b-e]|\xff[\xfb-\xfe])"),
    ("database", rf"^.{{1,3}}{_NUL}{{2,3}}$|mysql_native_password|caching_sha2_password|mariadb|^MongoDB\b"),
    ("database", r"^It looks like you are trying to access MongoDB|^-(?:DENIED Redis|NOAUTH|ERR unknown command ['`])"),
    ("screen", r"^RFB [0-9]{3}\.[0-9]{3}"),
    ("rsync", r"^@RSYNCD:"),
    ("news", r"^20[01] .*(?:\bnntp\b|\bnews|inn ?[0-9]|usenet)"),
    ("chat", r"^:\S+ NOTICE |^NOTICE AUTH|^<\?xml .*jabber|<stream:"),
    ("sieve", r'^"IMPLEMENTATION"'),
    ("lmtp", r"^220[ -].*\blmtp\b"),
    ("imap", r"^\* (?:OK|PREAUTH|BYE)\b"),
    ("pop3", r"^\+OK\b"),
    ("smtp", r"^220[ -]|^(?:421|500|501|502|503|521|554)[ -]"),
)
"""A word for each, and how it begins to speak; the first one that fits counts."""
_PATTERNS = tuple((word, re.compile(pattern, re.IGNORECASE)) for word, pattern in _STRANGERS)
_LEAD = re.compile(r"^.{0,200}?(?:but in clear|last said|instead|says): ?", re.IGNORECASE)
"""Our own words in front of what a server said."""


def stranger(said: str, protocol: str) -> str:
    """Return who speaks like this where ``protocol`` was expected; nothing where nobody is recognised, or it fits."""
    for text in dict.fromkeys((said.lstrip(), _LEAD.sub("", said).lstrip())):
        word = next((word for word, pattern in _PATTERNS if pattern.search(text)), "")
        if word:
            return "" if word == protocol else word
    return ""
