"""With which registration a command signs in: files, typed values, or what an administrator wrote for everybody."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.parsing import printable, sentence

if TYPE_CHECKING:
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.signin.oauth.registration import Registration

_LONGEST = 64 * 1024


def add_registration(parser: argparse.ArgumentParser) -> None:
    """Add the ways to name a registration."""
    group = parser.add_argument_group("the program's registration (else the one saved: mailwizard clients)")
    word = sentence(printable)
    group.add_argument(
        *("--client-json", "--json-file"),
        type=sentence(_text),
        metavar="FILE",
        help="Google's file of a client of the type Desktop app",
    )
    group.add_argument("--client-id", type=word, default="", metavar="ID", help="the client (application) ID")
    group.add_argument(
        "--client-secret-ref",
        type=sentence(_reference),
        metavar="REF",
        help="where its secret is: env:NAME, file:PATH, ...; else it is asked for unseen, where it needs one",
    )
    group.add_argument(
        "--secret-ends", type=sentence(_day), metavar="DAY", help="its secret's last day, as 2027-12-31: to be warned"
    )
    group.add_argument("--testing", action="store_true", help="Google: its project is in testing, and sign-ins end")
    group.add_argument("--tenant", type=word, default="", metavar="ID", help="the directory at Microsoft")
    group.add_argument(
        "--port", type=sentence(_port), metavar="PORT", help="where a browser comes back (default 53171)"
    )
    group.add_argument(
        "--service-account", type=sentence(_text), metavar="FILE", help="Google: the key of a service account"
    )
    group.add_argument("--app-only", action="store_true", help="Microsoft: the program signs in by itself")
    group.add_argument(
        "--certificate", type=sentence(_text), metavar="FILE", help="with --app-only: its key and certificate in PEM"
    )


def named_issuer(options: argparse.Namespace, usual: str) -> str:
    """Return the issuer that is meant: the one named, the one that a file belongs to, else the usual one.

    Raises:
        UsageError: where nobody says.
    """
    if options.issuer:
        return str(options.issuer)
    if options.client_json is not None or options.service_account is not None:
        return "google"
    if usual:
        return usual
    if options.app_only or options.tenant:
        return "microsoft"
    from mailwizard import knowledge

    known = ", ".join(knowledge.issuers())
    raise UsageError(f"who signs people in there? Say --issuer with one of {known}, or with its https address.")


def typed_registration(options: argparse.Namespace, card: IssuerCard) -> Registration | None:
    """Return the registration that the command line names, asking for its secret; nothing where it names none.

    Raises:
        UsageError: with a sentence about the file or the value that is wrong.
    """
    if options.certificate is not None and not options.app_only:
        raise UsageError("--certificate goes with --app-only: a person's sign-in needs none.")
    try:
        found = _typed(options, card)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if found is None:
        return None
    publishing = "testing" if options.testing else found.publishing
    return replace(found, ends=found.ends or options.secret_ends or "", publishing=publishing)


def _typed(options: argparse.Namespace, card: IssuerCard) -> Registration | None:
    """Return the registration as it was typed, or stands in a file.

    Raises:
        ValueError: with a sentence.
    """
    from mailwizard.signin.oauth.registering import read_google, typed
    from mailwizard.signin.oauth.registration import RegistrationKind

    if options.service_account is not None:
        found = read_google(options.service_account, "file")
        if found.kind is not RegistrationKind.SERVICE_ACCOUNT:
            raise ValueError("This is a program's registration, not a service account's key: use --client-json.")
        return _held(found, card)
    if options.client_json is not None:
        return _held(read_google(options.client_json, "file"), card)
    if not options.client_id:
        return None
    secret, key = _client_secret(options, card), options.certificate or ""
    return typed(card, options.client_id, secret, options.tenant, app_only=options.app_only, key=key)


def needed(card: IssuerCard) -> UsageError:
    """Return what to say where no registration is known."""
    guides = [f"mailwizard guide {guide.id}" for guide in card.guides[:1]]
    how = f" {guides[0]} says how to make one." if guides else ""
    file = "--client-json FILE or " if card.flow == "google" else ""
    return UsageError(f"no program is registered at {card.name} yet: {file}--client-id ID names one.{how}")


def _held(found: Registration, card: IssuerCard) -> Registration:
    """Return a registration of this issuer.

    Raises:
        ValueError: where it belongs to another one.
    """
    if found.issuer != card.id:
        raise ValueError(f"This file belongs to {found.issuer}, and {card.name} signs people in here.")
    return found


def _client_secret(options: argparse.Namespace, card: IssuerCard) -> str:
    """Return the secret of a registration; nothing where it has none."""
    from mailwizard.cli.secret import prompted, stored

    if options.client_secret_ref:
        return stored(options.client_secret_ref).strip()
    wanted = card.client_secret == "required" or options.app_only
    if not wanted or options.certificate is not None:
        return ""
    return prompted(f"Client secret of {options.client_id}", f"{card.name} gave it together with the client ID.")


def _text(text: str) -> str:
    """Read a small file of text to its end, once, because it may be a pipe.

    Raises:
        ValueError: with one sentence that holds nothing of it.
    """
    path = Path(text).expanduser()
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
        if len(data) > _LONGEST:
            raise ValueError(f"{path} is far too large for such a file")
        if not data.strip():
            raise ValueError(f"{path} is empty")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text") from None


def _reference(text: str) -> str:
    from mailwizard.storage import secrets

    return secrets.read_reference(text)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("a day is written as 2027-12-31") from None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1024 <= int(text[:6]) <= 65535):
        raise ValueError("a port is a number from 1024 to 65535")
    return int(text)
