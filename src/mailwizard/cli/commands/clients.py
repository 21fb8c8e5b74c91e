"""``mailwizard clients``: the registrations under which this program signs people in at their providers."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.keeping import add_store, asking, chosen_store
from mailwizard.cli.output import columns, put, put_json, say
from mailwizard.cli.parsing import add_json, add_scope, one_of, printable, sentence
from mailwizard.cli.registered import add_registration, typed_registration
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.signin.oauth.registration import Registration
    from mailwizard.storage.clients import SavedClient

NAME = "clients"
HELP = "List, add or remove the registrations under which this program signs people in; none is built in."
EXAMPLES = (
    "mailwizard clients list",
    "mailwizard clients add google --client-json client_secret.json",
    "mailwizard clients add microsoft --client-id ID --tenant ID --scope host",
    "mailwizard clients remove google",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "action",
        nargs="?",
        default="list",
        type=one_of("list", "add", "remove"),
        metavar="ACTION",
        help="list (default), add or remove",
    )
    parser.add_argument("issuer", nargs="?", type=sentence(printable), metavar="ISSUER", help="google, microsoft ...")
    add_scope(parser, "for whom: user (default), organization:NAME or host, whose users then only sign in")
    add_store(parser)
    add_registration(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    if options.action == "list":
        if options.issuer:
            raise UsageError("clients list takes no name.")
        return _list(json=options.json)
    if not options.issuer:
        raise UsageError(f"at whom? mailwizard clients {options.action} ISSUER, such as google or microsoft.")
    try:
        return _add(options) if options.action == "add" else _remove(options)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    except Stopped as stopped:
        raise Stopped(stopped.number, "mailwizard clients list says what is saved.") from None


def _list(*, json: bool) -> int:
    """Print the registrations that hold here; one that cannot be read is named and hides no other."""
    from mailwizard.storage import clients

    found: list[SavedClient] = []
    unreadable: list[tuple[str, str]] = []
    for issuer in clients.issuers():
        try:
            saved = clients.load(issuer)
        except Failure as failure:
            unreadable.append((issuer, failure.detail or failure.code))
        else:
            found += [saved] if saved else []
    if json:
        from mailwizard.cli.sign_in_answers import Client, ClientsAnswer

        shapes = tuple(
            Client(one.issuer, one.client_id, one.kind, one.tenant, one.origin, one.ends, one.client_secret, one.key)
            for one in found
        )
        put_json(ClientsAnswer(1, shapes, tuple(unreadable)))
    elif found:
        rows = [(one.issuer, one.kind, one.origin, one.ends or "-", one.client_id) for one in found]
        put(*columns([("ISSUER", "KIND", "SCOPE", "ENDS", "CLIENT ID"), *rows]))
    elif not unreadable:
        say("mailwizard: no program is registered here yet; mailwizard clients add ISSUER names one.")
    for issuer, reason in unreadable:
        say(f"mailwizard: the registration at {issuer} cannot be read: {reason}")
    return Exit.STORAGE if unreadable else Exit.HOLDS


def _add(options: argparse.Namespace) -> int:
    """Save a registration: its secret as a reference where one was named, else into a store."""
    from dataclasses import replace

    from mailwizard import knowledge
    from mailwizard.cli.registered import needed
    from mailwizard.signin.oauth.registering import with_port
    from mailwizard.storage.places import place

    place(options.scope)
    card = knowledge.issuer(options.issuer)
    if card is None:
        raise UsageError(f"say one of {', '.join(knowledge.issuers())}.")
    found = typed_registration(options, card)
    if found is None:
        raise needed(card)
    found = with_port(found, options.port) if options.port else found
    if options.client_secret_ref:
        _save_reference(options, replace(found, client_secret=options.client_secret_ref))
    else:
        _save(options, found)
    say(f"Saved the registration at {card.name} for the scope {options.scope}.")
    return Exit.HOLDS


def _save_reference(options: argparse.Namespace, found: Registration) -> None:
    """Save a registration whose secret stays where the person keeps it."""
    from mailwizard.signin.oauth.registration import PORT
    from mailwizard.storage import clients

    if found.key:
        raise UsageError("a certificate's key goes to a store; leave --client-secret-ref out.")
    clients.save(
        clients.SavedClient(
            found.issuer,
            found.client_id,
            found.tenant,
            found.kind.value,
            found.client_secret,
            publishing=found.publishing,
            ends=found.ends,
            port=found.port if found.port != PORT else 0,
        ),
        options.scope,
    )


def _save(options: argparse.Namespace, found: Registration) -> None:
    """Save a registration and put its secret into a store."""
    from mailwizard.cli.running import run
    from mailwizard.signin.oauth import clients

    secret = bool(found.client_secret or found.key)
    if secret and options.scope != "user":
        raise UsageError(
            "a secret for everybody lies where everybody's mailwizard can read it: name it by --client-secret-ref, "
            "such as file:/etc/mailwizard/client-secret."
        )

    async def work() -> None:
        store = await chosen_store(options.store) if secret else ""
        await clients.save(found, store, options.scope, asking())

    run(work())


def _remove(options: argparse.Namespace) -> int:
    """Remove a registration from one scope, with the secrets that lie in our stores."""
    from mailwizard.cli.running import run
    from mailwizard.signin.oauth import clients

    run(clients.remove(options.issuer, options.scope))
    say(f"Removed the registration at {options.issuer} from the scope {options.scope}.")
    return Exit.HOLDS
