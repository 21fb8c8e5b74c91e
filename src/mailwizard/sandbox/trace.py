"""What the receiving side puts on top of a message: where it came from, and what it made of its sender."""

from __future__ import annotations

from email.utils import format_datetime

from mailwizard.sandbox.manners import now
from mailwizard.sandbox.zone import Zone


def trace(host: str, zone: Zone, sender: str, way: str) -> bytes:
    """Return the trace of one delivery; ``way`` is what stands between ``from`` and ``id`` in its Received line.

    SPF always passes; DMARC does where the sender's domain publishes a policy (RFC 8601, RFC 5321 section 4.4).
    """
    published = zone.knows(f"_dmarc.{sender.rpartition('@')[2]}", "TXT")
    dmarc = "pass" if published else "none"
    return (
        f"Return-Path: <{sender}>\r\n"
        f"Authentication-Results: {host}; spf=pass smtp.mailfrom={sender}; dmarc={dmarc}\r\n"
        f"Received: from {way} id 4d6f1e2a3b; {format_datetime(now())}\r\n"
    ).encode()
