"""A hand-off file: an account that somebody set up for another person, without its secret.

Its owner opens it, hears the code from whoever made it, and gives what only the owner knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from mailwizard import knowledge
from mailwizard.draft import Draft
from mailwizard.draft.display_name import read_display_name
from mailwizard.draft.editing import prefilled
from mailwizard.model import Account, AuthKind, Candidate, Server, State, Trust
from mailwizard.operations import papers
from mailwizard.operations.papers import Paper
from mailwizard.signin.oauth.registration import Registration, RegistrationKind
from mailwizard.storage import clients, fields, names
from mailwizard.storage.clients import SavedClient
from mailwizard.storage.documents import Value
from mailwizard.storage.profiles import Saved

FORMAT = "mailwizard hand-off"
NAME = "hand-off file"
SOURCE = "hand-off"
"""Who proposes the servers of such a file."""
_ACCOUNT = ("address", "display_name", "reply_to", "username", "outgoing_username", "role", "owner", "identities")
"""The fields of an account that are handed over: none that names a secret or tells what a check saw."""
_BESIDE = 1000
"""Servers of one name that may lie side by side."""
_SIDES = ("incoming", "outgoing")
_ID, _TENANT = re.compile(r"[!-~]{1,300}"), re.compile(r"[A-Za-z0-9.-]{0,100}")
_PLAIN = str | int | tuple[dict[str, str], ...]


class Program(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The program's public registration at whoever signs people in."""

    issuer: str
    client_id: str
    tenant: str = ""
    needs_secret: bool = False
    """Whether the registration has a secret as well, which has to come by another way."""


class HandOff(Paper, frozen=True, kw_only=True):
    """What a hand-off file says."""

    name: str
    """What the account is called."""
    account: dict[str, _PLAIN]
    server_name: str
    server: dict[str, _PLAIN]
    missing: tuple[str, ...]
    """What its owner has to give: kinds of secret."""
    program: Program | None = None


def make(saved: Saved, *, owner: str = "", maker: str = "", note: str = "", expires: str = "") -> HandOff:
    """Return the hand-off of a saved account, for its owner or another one."""
    account, server = saved.account, saved.server
    if owner:
        account = replace(account, owner=owner)
    stated = fields.account_values(account)
    return HandOff(
        format=FORMAT,
        version=papers.VERSION,
        made=papers.today_text(),
        maker=maker,
        note=papers.read_line(note),
        expires=expires,
        name=account.name,
        account=_told({field: stated[field] for field in _ACCOUNT}, fields.ACCOUNT),
        server_name=server.name,
        server=_told(fields.server_values(server), fields.SERVER),
        missing=_missing(server),
        program=_program(account, server),
    )


def read(data: bytes) -> HandOff:
    """Return what a hand-off file says, once it is certain that an account can be made of it.

    Raises:
        ValueError: with one sentence for a person.
    """
    paper = papers.decode(data, HandOff, NAME)
    if paper.format != FORMAT:
        raise ValueError(f"This is no {NAME}.")
    if strange := sorted({*paper.account} - {*_ACCOUNT}) + sorted({*paper.server} - {*fields.SERVER}):
        raise ValueError(f"The {NAME} is damaged: it has a field that no such file has ({strange[0][:40]!r}).")
    try:
        _, server = parts(paper)
    except ValueError as wrong:
        raise ValueError(f"The {NAME} is damaged: {wrong}") from None
    if server.incoming is None and server.outgoing is None:
        raise ValueError(f"The {NAME} is damaged: it names no server.")
    program = paper.program
    if program and not (_ID.fullmatch(program.client_id) and _TENANT.fullmatch(program.tenant)):
        raise ValueError(f"The {NAME} is damaged: its program has no client ID or tenant that could be one.")
    return paper


def parts(paper: HandOff) -> tuple[Account, Server]:
    """Return the account, a draft without a secret, and its server.

    Raises:
        ValueError: with one sentence for a person, where a value cannot be used.
    """
    name, server_name = names.read_name(paper.name), names.read_name(paper.server_name)
    account = fields.read_account(name, {**_values(paper.account), "server": server_name})
    server = fields.read_server(server_name, _values(paper.server))
    read_display_name(account.display_name)
    for identity in account.identities:
        read_display_name(identity.display_name)
    if server.provider and knowledge.provider(server.provider) is None:
        server = replace(server, provider="")
    return replace(account, state=State.DRAFT), server


def draft_of(paper: HandOff, name: str = "") -> Draft:
    """Return the draft with which the wizard begins, once the code was confirmed: its stage is what is missing.

    Raises:
        ValueError: as :func:`fitted`.
        Failure: ``store.…``.
    """
    account, server = fitted(paper, name)
    draft = prefilled(account, server)
    return replace(draft, incoming=_vouched(draft.incoming), outgoing=_vouched(draft.outgoing))


def fitted(paper: HandOff, name: str = "") -> tuple[Account, Server]:
    """Return account and server under names that are free here; ``name`` is what the person calls the account.

    Raises:
        ValueError: where an account of that name is there that is more than a draft of this one.
        Failure: ``store.…``.
    """
    from mailwizard.storage import profiles, servers

    account, server = parts(paper)
    name = names.read_name(name or account.name)
    there = next((one for one in profiles.names() if names.folded(one) == names.folded(name)), "")
    if there:
        found = profiles.load(there).account
        if found.secret or found.state is State.VERIFIED or found.address != account.address:
            raise ValueError(
                f"there is an account {there} here already, and it is left as it is; --name OTHER puts this one beside "
                "it."
            )
        name = there
    taken = {names.folded(one): one for one in servers.names()}
    free = (server.name, name, *(f"{name}-{number}" for number in range(2, _BESIDE)))
    fits = (one for one in free if _is_free(replace(server, name=one), taken.get(names.folded(one), "")))
    server = replace(server, name=next(fits))
    return replace(account, name=name, server=server.name), server


def save(paper: HandOff, scope: str = "user", name: str = "") -> Account:
    """Save what was handed over as a draft that waits for its owner, and the program where none is registered.

    Raises:
        ValueError: as :func:`fitted`.
        Failure: ``store.…``; nothing was saved.
    """
    from mailwizard.storage import profiles

    account, server = fitted(paper, name)
    account, _ = profiles.save(account, server, scope)
    program = paper.program
    if program and knowledge.issuer(program.issuer) and clients.load(program.issuer) is None:
        clients.save(SavedClient(program.issuer, program.client_id, program.tenant), scope)
    return account


def registration_of(paper: HandOff) -> Registration | None:
    """Return the program that is registered for it; nothing where there is none, or its secret is lacking."""
    program = paper.program
    if program is None or program.needs_secret or knowledge.issuer(program.issuer) is None:
        return None
    return Registration(program.issuer, program.client_id, tenant=program.tenant, origin=f"the {NAME}")


def waits(saved: Saved, me: str) -> bool:
    """Return whether an account was set up for somebody else, who has not given its secret yet."""
    account = saved.account
    return bool(account.owner) and account.owner != me and not account.secret and account.state is not State.VERIFIED


def _is_free(server: Server, known: str) -> bool:
    """Return whether a server may be saved under its name, because nothing has it or the same server does."""
    from mailwizard.storage import servers

    return not known or (known == server.name and servers.load(known, ()).server == server)


def _missing(server: Server) -> tuple[str, ...]:
    """Return the kinds of secret that the servers want."""
    pairs = ((server.incoming, server.incoming_auth), (server.outgoing, server.outgoing_auth))
    return tuple(dict.fromkeys(str(kind) for end, kind in pairs if end and kind is not AuthKind.NONE))


def _program(account: Account, server: Server) -> Program | None:
    """Return the public registration with which its owner signs in; nothing where nobody signs in so."""
    if AuthKind.OAUTH2 not in {server.incoming_auth, server.outgoing_auth}:
        return None
    card = knowledge.provider(server.provider)
    issuer = account.issuer or (card.issuer if card else "")
    saved = clients.load(issuer) if issuer else None
    if saved is None or saved.kind != RegistrationKind.PUBLIC:
        return None
    return Program(issuer, saved.client_id, saved.tenant, bool(saved.client_secret or saved.key))


def _told(values: Mapping[str, Value | None], usual: Mapping[str, Value | None]) -> dict[str, _PLAIN]:
    """Return the fields that say more than what holds anyway."""
    told: dict[str, _PLAIN] = {}
    for field, value in values.items():
        if value is not None and (value != usual.get(field) or field.partition(".")[0] in _SIDES):
            told[field] = tuple(one for one in value if isinstance(one, dict)) if isinstance(value, tuple) else value
    return told


def _values(stated: Mapping[str, _PLAIN]) -> dict[str, Value]:
    return dict(stated.items())


def _vouched(candidate: Candidate | None) -> Candidate | None:
    """Return a server as one that a person vouches for."""
    if candidate is None:
        return None
    why = "Named in the hand-off file whose code you confirmed."
    return replace(candidate, source=SOURCE, trust=Trust.PUBLISHED, why=why)
