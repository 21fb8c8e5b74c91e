"""``mailwizard sign-in``: get the right to use a mailbox from whoever signs its people in, prove it and keep it."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Stopped, UsageError
from mailwizard.cli.output import say
from mailwizard.cli.parsing import add_door, add_json, printable, sentence
from mailwizard.cli.registered import add_registration, named_issuer, typed_registration
from mailwizard.cli.web_services import add_web_services, issuer_of, named_web_service, refuse_astray
from mailwizard.model import Address, Endpoint, Failure, Protocol, Until

if TYPE_CHECKING:
    from mailwizard.cli.asked import Asked
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.storage.profiles import Saved

NAME = "sign-in"
HELP = (
    "Sign in at Google, Microsoft and others with a browser here or elsewhere, a code or a key; prove it, and keep it "
    "in a secret store."
)
EXAMPLES = (
    "mailwizard sign-in alice@gmail.com --client-json client_secret.json",
    "mailwizard sign-in alice@outlook.com --client-id ID --device",
    "mailwizard sign-in alice@example.com --handover",
    "mailwizard sign-in alice@example.com --service-account key.json --store vault",
    "mailwizard sign-in alice@example.com --app-only --tenant ID --client-id ID",
    "mailwizard sign-in alice@example.com --graph --client-id ID",
    "mailwizard sign-in alice@gmail.com --practice google-browser",
)
DEADLINE = 60.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "subject", type=sentence(printable), metavar="ADDRESS|ACCOUNT", help="an address, or a saved account's name"
    )
    word = sentence(printable)
    parser.add_argument(
        "--issuer",
        type=sentence(_issuer),
        metavar="ISSUER",
        help="google, microsoft ..., or an https address",
    )
    parser.add_argument(
        "--right", action="append", default=[], type=word, metavar="RIGHT", help="what to ask an issuer's address for"
    )
    ways = parser.add_argument_group("how (default: a browser, here or anywhere else)").add_mutually_exclusive_group()
    ways.add_argument(
        "--no-browser", "--paste", action="store_true", help="open no browser here, only show the address"
    )
    ways.add_argument(
        "--handover", action="store_true", help="let mailwizard authorize on another machine do it, by lines to copy"
    )
    ways.add_argument("--device", action="store_true", help="a code to type on another device, where there is one")
    add_registration(parser)
    servers = parser.add_argument_group("servers (else those of the account, or those found for the address)")
    for protocol in (Protocol.SMTP, Protocol.IMAP, Protocol.POP3):
        read = sentence(partial(Endpoint.parse, protocol))
        servers.add_argument(f"--{protocol}", type=read, metavar="HOST:PORT/SECURITY", help="tls or starttls")
    add_web_services(servers)
    servers.add_argument("--username", type=word, default="", metavar="NAME", help="where it is not the address")
    from mailwizard.cli.keeping import add_store

    add_store(parser)
    network = parser.add_argument_group("network")
    add_door(network)
    network.add_argument(
        "--practice", metavar="SCENARIO", help="the practice world on this machine; kept only with --store"
    )
    add_json(parser)


def _issuer(text: str) -> str:
    """Read who signs people in.

    Raises:
        ValueError: for what is neither a card's name nor an https address.
    """
    from mailwizard import knowledge

    if knowledge.issuer(text) is None and not (text.startswith("https://") and text.isprintable()):
        raise ValueError(f"say one of {', '.join(knowledge.issuers())}, or an address that begins with https://")
    return text


def run(options: argparse.Namespace) -> int:
    """Sign in, prove and keep it, and return the exit code."""
    from mailwizard.cli.deadline import Deadline
    from mailwizard.cli.signing import Signing
    from mailwizard.storage.memory import keep_memory_private

    keep_memory_private()
    saved, subject = _subject(options, Deadline(DEADLINE))
    provider = subject.card
    usual = issuer_of(subject.draft.chosen) or (provider.issuer if provider else "")
    issuer = named_issuer(options, usual)
    card = _card(options, issuer)
    _refuse_strangers(subject, card)
    registration = typed_registration(options, card)
    signing = Signing(options, saved, subject, card, registration)
    from mailwizard.cli.running import run

    try:
        return run(signing.work())
    except Stopped as stopped:
        raise Stopped(stopped.number, signing.so_far) from None


def _subject(options: argparse.Namespace, deadline: object) -> tuple[Saved | None, Asked]:
    """Return the saved account that is meant, if any, and its servers.

    Raises:
        UsageError: where it is neither a saved account nor an address.
    """
    from mailwizard.cli.asked import asked
    from mailwizard.storage import profiles

    named = argparse.Namespace(**vars(options))
    named.until, named.senders, named.account, named.address = Until.SIGN_IN, [], None, None
    named.mechanism = ""
    try:
        saved = profiles.load(options.subject)
    except (Failure, ValueError) as wrong:
        if isinstance(wrong, Failure) and wrong.code != "store.missing":
            raise
        saved = None
    by_hand = any((options.smtp, options.imap, options.pop3)) or named_web_service(options)
    if saved is not None and not by_hand:
        named.account = saved.account.name
    else:
        try:
            named.address = Address.parse(options.subject)
        except ValueError as wrong:
            raise UsageError(f"there is no saved account of that name, and it is no address: {wrong}") from None
        saved = None
    subject = asked(named, deadline)  # type: ignore[arg-type]
    if not subject.draft.chosen:
        raise UsageError(f"no servers were found for {options.subject}: name them with --imap and --smtp.")
    return saved, subject


def _refuse_strangers(subject: Asked, card: IssuerCard) -> None:
    """Refuse to send a token to servers that are none of its issuer's and that nobody typed; warn of those typed.

    Raises:
        UsageError: which names them as they are typed.
    """
    from mailwizard.signin.oauth.audience import refusal, strangers, vouched, warning

    if hosts := vouched(card.id, subject.draft.chosen):
        say(f"mailwizard: {warning(card.name, hosts)}")
    refuse_astray(card, subject.draft.chosen)
    if hosts := strangers(card.id, subject.draft.chosen):
        raise UsageError(refusal(card.name, hosts, subject.draft.chosen))


def _card(options: argparse.Namespace, issuer: str) -> IssuerCard:
    """Return the issuer's card; one named by its address is asked about itself."""
    from mailwizard import knowledge
    from mailwizard.cli.running import network, run
    from mailwizard.signin.oauth.issuers import card_of

    known = knowledge.issuer(issuer)
    if known is not None:
        return known

    async def ask() -> IssuerCard:
        async with network(options) as net:
            return await card_of(issuer, net, scopes=tuple(options.right))

    try:
        return run(ask())
    except Failure as failure:
        raise UsageError(f"{issuer} cannot be used: {failure.detail or failure.code}") from None
