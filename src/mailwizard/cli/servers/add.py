"""``mailwizard servers add``: a connection set for many accounts, also one that needs no sign-in."""

from __future__ import annotations

import argparse
from functools import partial

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import put_json, say
from mailwizard.cli.parsing import add_address, add_json, one_of, printable, sentence
from mailwizard.cli.servers._named import add_name, add_scope, needed
from mailwizard.model import AuthKind, Endpoint, Protocol, Server

NAME = "servers add"
HELP = "Save a server that accounts share: mail servers, a web service, or a relay without sign-in."
EXAMPLES = (
    "mailwizard servers add office --imap mx.example.com --smtp mx.example.com",
    "mailwizard servers add relay --smtp relay.example.com:25/none --no-sign-in",
    "mailwizard servers add office --ews mx.example.com --mechanism NTLM",
)
_INCOMING = (Protocol.IMAP, Protocol.POP3, Protocol.EWS, Protocol.GRAPH)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser, text="what the server is to be called")
    ends = parser.add_argument_group("servers")
    for protocol in Protocol:
        how = "its https address, or its host" if protocol.web else "tls, starttls or none"
        shape = "URL" if protocol.web else "HOST:PORT/SECURITY"
        ends.add_argument(f"--{protocol}", type=sentence(partial(Endpoint.parse, protocol)), metavar=shape, help=how)
    word = sentence(printable)
    signing = parser.add_argument_group("signing in")
    kinds = [str(kind) for kind in AuthKind if kind is not AuthKind.NONE]
    signing.add_argument(
        "--auth", type=one_of(*kinds), default=str(AuthKind.PASSWORD), metavar="KIND", help=", ".join(kinds)
    )
    signing.add_argument("--no-sign-in", action="store_true", help="sending needs no sign-in: a relay")
    signing.add_argument("--mechanism", type=word, default="", metavar="NAME", help="the one to use, such as NTLM")
    signing.add_argument("--domain", type=word, default="", metavar="NAME", help="the Windows domain of user names")
    about = parser.add_argument_group("about it")
    add_address(about, "--mail-from", metavar="ADDRESS", help="the sender that a relay uses where nobody says another")
    about.add_argument("--description", type=word, default="", metavar="TEXT", help="a line about it")
    about.add_argument(
        *("--provider",),
        type=word,
        default="",
        metavar="PROVIDER",
        help="who runs it (default: whose hosts these are): guide --providers",
    )
    add_scope(parser)
    parser.add_argument("--replace", action="store_true", help="change a server of that name, for all who use it")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Save a server."""
    from mailwizard.storage import servers

    name = needed(options.name, "add")
    try:
        server = servers.save(_server(name, options), options.scope, replace=options.replace)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if options.json:
        from mailwizard.cli.account_answers import ServersAnswer, server_shape
        from mailwizard.storage import using

        put_json(ServersAnswer(1, (server_shape(servers.load(server.name), using.fallback()),)))
    say(f"Saved the server {server.name} for the scope {options.scope}.")
    return Exit.HOLDS


def _server(name: str, options: argparse.Namespace) -> Server:
    """Return the server that the options describe.

    Raises:
        UsageError: where they name none, or two for the same.
    """
    from mailwizard.cli.asked import owner

    incoming = [end for protocol in _INCOMING if (end := getattr(options, protocol))]
    outgoing: Endpoint | None = options.smtp
    if len(incoming) > 1:
        raise UsageError("name one server to receive with.")
    if not (incoming or outgoing):
        raise UsageError("name a server: --imap, --pop3, --smtp, --ews or --graph.")
    if incoming and incoming[0].protocol.web and outgoing:
        raise UsageError(f"{incoming[0].protocol.upper()} sends as well: leave --smtp out.")
    if options.no_sign_in and outgoing is None:
        raise UsageError("--no-sign-in is about sending: name the relay with --smtp.")
    kind = AuthKind(options.auth)
    return Server(
        name,
        incoming[0] if incoming else None,
        outgoing,
        kind,
        AuthKind.NONE if options.no_sign_in else kind,
        options.provider or owner(*incoming, outgoing),
        options.mechanism.upper(),
        options.domain,
        str(options.mail_from or ""),
        options.description,
    )
