"""``mailwizard check``: does this account really work, and if not, why not?"""

from __future__ import annotations

import argparse
import time
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from mailwizard.cli.checking_all import add_all, run_all
from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.offering import offer
from mailwizard.cli.output import say
from mailwizard.cli.parsing import add_address, add_json, add_network, printable, sentence
from mailwizard.cli.secret import add_secret
from mailwizard.cli.web_services import add_web_services, named_web_service
from mailwizard.model import Endpoint, Evidence, Protocol, Until

if TYPE_CHECKING:
    from mailwizard.cli.asked import Asked
    from mailwizard.cli.checked import Checked
    from mailwizard.model import Diagnosis

NAME = "check"
HELP = "Check an account: reach its servers, verify their certificates, sign in, and where asked to send."
EXAMPLES = (
    "mailwizard check --address alice@example.com",
    "mailwizard check alice@example.com --until reach --json",
    "mailwizard check --imap mail.example.com:993/tls --username alice",
    "mailwizard check --graph --from alice@example.com --secret vault:NAME",
    "pass show mail | mailwizard check alice@example.com --password-stdin",
    "mailwizard check --all --until reach",
    "mailwizard check --address alice@practice.example --practice all-well",
)
DEADLINE = 60.0
STEP_DEADLINE = 15.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
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
    add_all(parser)
    _add_depth(parser)
    add_secret(parser)
    add_network(parser, DEADLINE, STEP_DEADLINE)
    add_json(parser)


def _add_depth(parser: argparse.ArgumentParser) -> None:
    """Add how deep to go, and what to do and show beside it."""
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
    depth.add_argument(
        "--transcript", action="store_true", help="show all that was said, without secrets: on stderr, or in the JSON"
    )
    depth.add_argument(
        "--expiring",
        type=sentence(_days),
        metavar="DAYS",
        help="exit with 18 where all holds, but a certificate or the sign-in ends within so many days",
    )
    depth.add_argument("--strict", action="store_true", help="exit with 17 where all holds, but with warnings")


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


def _days(text: str) -> int:
    """Read a number of days."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise ValueError("a number of days, such as 30")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Check what was asked for and return the lowest exit code among its failures.

    Raises:
        Stopped: after a signal; what was seen by then was printed where JSON was asked for.
    """
    if options.all:
        return run_all(options)
    if options.jobs:
        raise UsageError("--jobs says how many accounts are checked at the same time: it goes with --all.")
    begun = time.monotonic()
    try:
        return _run(options, begun)
    except Stopped as stopped:
        said = Stopped(stopped.number, stopped.done, answered=options.json)
        if options.json and not stopped.answered:
            from mailwizard.cli.checked import Checked, tell_as_json

            tell_as_json(options, Checked(False, stopped=said.sentence), begun)
        raise said from None


def _run(options: argparse.Namespace, begun: float) -> int:
    """Check what was asked for and return the exit code."""
    from mailwizard.cli.asked import asked, consented
    from mailwizard.cli.checked import Checked, tell
    from mailwizard.cli.confirmed import confirmed, tell_leftovers
    from mailwizard.cli.credential import proof, refuse_unknown_mechanism
    from mailwizard.cli.deadline import Deadline
    from mailwizard.cli.expiring import ends_within
    from mailwizard.cli.proving import prove
    from mailwizard.cli.remembering import remember
    from mailwizard.cli.running import settle
    from mailwizard.cli.verdict import discovery_code, exit_code

    refuse_unknown_mechanism(options.mechanism)
    if options.practice:
        named = (options.account, options.address, options.imap, options.pop3, options.smtp)
        settle(options, named=any(named) or named_web_service(options))
    deadline = Deadline(options.deadline or DEADLINE)
    tell_leftovers()
    subject = asked(options, deadline)
    if not subject.draft.chosen:
        diagnoses = _diagnose(subject, subject.clues)
        tell(options, subject, Checked(False, subject.clues, diagnoses), begun)
        say(f"mailwizard: no servers found for {options.address.display}, so there is nothing to check.")
        return discovery_code(subject.clues)
    consent = consented(options.clear_text, subject.draft)
    signed = proof(options, subject, deadline)
    whole = signed.joined(subject)
    draft, remedies, conversations = prove(options, whole, signed, deadline, consent, partial(_told, options, begun))
    with deadline.waiting():
        draft = confirmed(draft, json=options.json)
    endpoints = [candidate.endpoint for candidate in draft.chosen]
    evidence = (*draft.evidence, *signed.warnings)
    code = exit_code(evidence, options.until, map(str, endpoints), strict=options.strict)
    holds = code in {Exit.HOLDS, Exit.WARNINGS}
    found = Checked(holds, evidence, _diagnose(subject, evidence), remedies, tuple(conversations))
    remember(options, evidence, found.diagnoses, subject.basis)
    tell(options, subject, found, begun)
    ends = options.expiring is not None and ends_within(options.expiring, evidence, signed.ends, today=date.today())
    return Exit.EXPIRING if ends and code == Exit.HOLDS else code


def _told(options: argparse.Namespace, begun: float, seen: Checked) -> None:
    """Print what was seen by the time a signal came."""
    from mailwizard.cli.checked import tell_as_json

    tell_as_json(options, seen, begun)


def _diagnose(subject: Asked, evidence: tuple[Evidence, ...]) -> tuple[Diagnosis, ...]:
    """Return what is wrong."""
    from mailwizard.diagnosis import diagnose

    return diagnose(evidence, provider=subject.provider, address=subject.draft.address)
