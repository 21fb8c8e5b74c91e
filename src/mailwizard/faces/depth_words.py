"""How deep a check may go, in words: what each depth does, what it costs, and who learns what."""

from __future__ import annotations

from mailwizard.draft import Draft
from mailwizard.draft.depth import depths, logins, sending_only
from mailwizard.faces.choice import Choice
from mailwizard.model import WEB_NAMES, Protocol, Until

TITLES = {
    Until.REACH: "Only reach the servers",
    Until.SIGN_IN: "Sign in",
    Until.SENDER: "Ask whether this From is let through",
    Until.DELIVERY: "Send one message to yourself",
}
_WEB = {
    Until.SIGN_IN: "The service is offered your user name and secret, once, after its certificate was found to fit. "
    "Then it is asked how much is in your inbox; nothing is read.",
    Until.SENDER: "{service} cannot be asked whether it takes mail written as {sender} without sending one. What "
    "{domain} publishes about its mail (SPF, DMARC) is looked up in DNS.",
}
"""What is different with a web service."""
_NUMBERS = {0: "no login", 1: "one login", 2: "one login each"}
_ABOUT = {
    Until.REACH: "Names, ports and certificates are checked. Nothing of you leaves: no user name, no secret.",
    Until.SIGN_IN: "Each server is offered your user name and secret, once, after its certificate was found to fit.",
    Until.SENDER: "The outgoing server is asked whether it takes mail written as {sender}, and the question is taken "
    "back: no message leaves. What {domain} publishes about its mail (SPF, DMARC) is looked up in DNS.",
    Until.DELIVERY: "One short message goes from {sender} to yourself. It is waited for, also in Junk; how it came is "
    "read, and then it is removed, and nothing else. This alone proves that mail goes out and comes in.",
}


def cost(draft: Draft, until: Until) -> str:
    """Return what a check this deep costs, in a few words."""
    words = _NUMBERS.get(logins(draft, until), "several logins")
    if until is Until.SENDER:
        return f"{words}, nothing is sent"
    if until is Until.DELIVERY and _by_pop3(draft):
        return f"{words}, then one for each look, one message"
    return f"{words}, one message" if until is Until.DELIVERY else words


def choices(draft: Draft) -> tuple[Choice, ...]:
    """Return the depths to choose from, each with its cost."""
    return tuple(Choice(until, _title(draft, until), cost(draft, until)) for until in depths(draft))


def _title(draft: Draft, until: Until) -> str:
    """Return what a depth is called."""
    if until is Until.SENDER and _service(draft):
        return "Look at what the domain publishes"
    return TITLES[until]


def _service(draft: Draft) -> str:
    """Return what the web service is called that does it all, or nothing."""
    return WEB_NAMES.get(draft.incoming.endpoint.protocol, "") if draft.incoming else ""


def about(draft: Draft, until: Until) -> str:
    """Return what happens at a depth, and who learns what by it."""
    address = draft.address
    sender = address.display if address else "your address"
    service, domain = _service(draft), address.unicode_domain if address else "your domain"
    told = {**_ABOUT, **_WEB} if service else _ABOUT
    text = told[until].format(sender=sender, domain=domain, service=service)
    if until is Until.DELIVERY and sending_only(draft, until).incoming is None:
        text += " There is no mailbox to look into, so you look yourself and type the mark of the message that came."
    if until is Until.DELIVERY and _by_pop3(draft):
        text += " Over POP3 the inbox alone is seen, and each look costs one more login, after pauses that grow."
    return text


def _by_pop3(draft: Draft) -> bool:
    """Return whether mail is fetched over POP3, which shows only what had arrived when one signed in."""
    return draft.incoming is not None and draft.incoming.endpoint.protocol is Protocol.POP3
