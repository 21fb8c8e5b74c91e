"""What is to be checked, and how deep, for the commands that check one account."""

from __future__ import annotations

import argparse
from functools import partial

from mailwizard.cli.offering import offer
from mailwizard.cli.parsing import add_address, printable, sentence
from mailwizard.cli.web_services import add_web_services
from mailwizard.model import Endpoint, Protocol, Until

DEADLINE = 60.0
STEP_DEADLINE = 15.0


def add_subject(parser: argparse.ArgumentParser) -> None:
    """Add a saved account, an address, or servers by hand."""
    parser.add_argument("account", nargs="?", metavar="ACCOUNT", help="the name of a saved account")
    group = parser.add_argument_group("or an address, or servers by hand")
    add_address(group, "--address", metavar="ADDRESS", help="find its servers first")
    for protocol in (Protocol.SMTP, Protocol.IMAP, Protocol.POP3):
        read = sentence(partial(Endpoint.parse, protocol))
        group.add_argument(f"--{protocol}", type=read, metavar="HOST:PORT/SECURITY", help="tls, starttls or none")
    add_web_services(group)
    word = sentence(printable)
    group.add_argument(
        "--username", type=word, default="", metavar="NAME", help="the login name, where it is not the address"
    )
    add_address(
        *(group, "--from"),
        dest="senders",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="the From to ask about, may be given again; with servers by hand also whose account it is",
    )
    group.add_argument(
        "--mechanism", type=word, default="", metavar="NAME", help="the one SASL mechanism to use, such as PLAIN"
    )
    group.add_argument(
        "--clear-text",
        action="append",
        default=[],
        type=word,
        metavar="HOST:PORT",
        help="let the secret go to this server unencrypted, in this run: everybody on the way can read it",
    )


def add_depth(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add how deep to go, and return the group for what goes with that."""
    depth = parser.add_argument_group("how deep")
    until = depth.add_argument(
        "--until",
        type=sentence(_depth),
        default=Until.SIGN_IN,
        metavar="DEPTH",
        help="reach, sign-in (default), sender, or delivery: only this sends, one message to yourself",
    )
    offer(until, tuple(Until))
    depth.add_argument(
        "--insist", action="store_true", help="sign in to send although receiving was refused: a second failed login"
    )
    depth.add_argument(
        "--reference",
        action="store_true",
        help="where no connection comes about, compare with well-known servers, on the same port where they have it "
        "(Gmail, Outlook.com, iCloud, Yahoo, Fastmail, GMX, Posteo, Gandi, Mailgun, SendGrid, SMTP2GO): they learn "
        "this machine's address and nothing else",
    )
    return depth


def _depth(text: str) -> Until:
    """Read how deep to check.

    Raises:
        ValueError: for a depth that does not exist, or does not yet.
    """
    from mailwizard.checks import DEPTHS

    deep = " or ".join(DEPTHS)
    if text not in tuple(Until):
        raise ValueError(f"a check goes to {deep}")
    if Until(text) not in DEPTHS:
        raise ValueError(f"this version checks to {deep}; {text} comes later")
    return Until(text)
