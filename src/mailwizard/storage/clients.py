"""Client registrations of the scopes: one TOML file an issuer, in which secrets are references.

An administrator's file in the host's or the organization's scope is enough for a user to sign in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage import files
from mailwizard.storage.documents import Value, edit, parse
from mailwizard.storage.folders import locked
from mailwizard.storage.layers import FILE_LIMIT, names_in
from mailwizard.storage.names import read_name
from mailwizard.storage.places import Place, Scope, place, places

CLIENTS = "clients"
_TEXTS = ("client_id", "tenant", "kind", "client_secret", "key", "publishing", "ends")
_FIELDS = (*_TEXTS, "port")
_REFERENCES = ("client_secret", "key")


@dataclass(frozen=True, slots=True)
class SavedClient:
    """A program's registration as the files say it."""

    issuer: str
    client_id: str
    tenant: str = ""
    kind: str = "public"
    client_secret: str = ""
    """A reference to its secret; empty where it has none."""
    key: str = ""
    """A reference to its private key; empty where it has none."""
    publishing: str = ""
    ends: str = ""
    port: int = 0
    """The port to which a browser comes back; 0 for the usual one."""
    origin: str = ""
    """The scope that names the client, as ``host`` or ``organization:NAME``."""


def load(issuer: str) -> SavedClient | None:
    """Return the registration at an issuer that holds here; nothing where no scope has one.

    The strongest scope that names a client counts whole: a secret belongs to one client and to no other. Beside it a
    stronger scope may name another port.

    Raises:
        Failure: ``store.damaged`` with file and field, ``store.newer``, ``store.denied`` …
    """
    found = [(where, values) for where in places() if (values := _values(where, issuer))]
    owner = next((entry for entry in found if entry[1].get("client_id")), None)
    if owner is None:
        return None
    where, values = owner
    port = next((entry[1]["port"] for entry in found if entry[1].get("port")), 0)
    return _read(issuer, where, {**values, "port": port})


def issuers() -> tuple[str, ...]:
    """Return the issuers at which any scope has a registration, sorted; an address as its file's name tells it.

    Raises:
        Failure: ``store.denied`` where a scope's folder cannot be read.
    """
    stems = {name for where in places() for name in names_in(where, CLIENTS)}
    return tuple(sorted(f"https://{stem.replace('_', '/')}" if "." in stem else stem for stem in stems))


def save(client: SavedClient, scope: str = Scope.USER) -> None:
    """Save a registration in one scope; what the person wrote beside our fields stays as it is.

    Raises:
        ValueError: for a value that no file may hold, or a secret in place of a reference.
        Failure: ``store.…``.
    """
    target = place(scope)
    path = target.folder / CLIENTS / f"{_name(client.issuer)}.toml"
    wanted: dict[str, Value | None] = {field: getattr(client, field) or None for field in _FIELDS}
    for field in _REFERENCES:
        if wanted[field]:
            _reference(str(wanted[field]))
    if any(isinstance(value, str) and not value.isprintable() for value in wanted.values()):
        raise ValueError("A registration holds no line breaks or control characters.")
    with locked(target.folder, CLIENTS, private=target.private):
        data = files.read(path, limit=FILE_LIMIT)
        own: Mapping[str, Value] = {}
        try:
            own = parse(data, path, _FIELDS) if data is not None else {}
        except Failure as failure:
            if failure.code != "store.damaged":
                raise
            files.set_aside(path, private=target.private)
            data = None
        changes = {field: value for field, value in wanted.items() if own.get(field) != value}
        if data is None or changes:
            title = f"The program's registration at {client.issuer}. Secrets are named by references."
            files.write(path, edit(data, changes, path, title), private=target.private)


def remove(issuer: str, scope: str = Scope.USER) -> tuple[str, ...]:
    """Remove a registration from one scope; return the references to its secrets, for the caller to forget.

    Raises:
        Failure: ``store.missing`` where that scope has none, ``store.…``.
    """
    target = place(scope)
    path = target.folder / CLIENTS / f"{_name(issuer)}.toml"
    if not files.is_there(path):
        raise Failure("store.missing", f"There is no registration at {clean(issuer, 100)} in the scope {target}.")
    with locked(target.folder, CLIENTS, private=target.private):
        values = _values(target, issuer)
        files.retire(path)
    return tuple(str(values[field]) for field in _REFERENCES if values.get(field))


def _values(where: Place, issuer: str) -> dict[str, Value]:
    path = where.folder / CLIENTS / f"{_name(issuer)}.toml"
    data = files.read(path, limit=FILE_LIMIT)
    return {} if data is None else parse(data, path, _FIELDS)


def _read(issuer: str, where: Place, values: Mapping[str, Value]) -> SavedClient:
    shown = clean(str(where.folder / CLIENTS / f"{_name(issuer)}.toml"))
    texts = {field: values.get(field, "") for field in _TEXTS}
    for field, value in texts.items():
        if not isinstance(value, str) or not value.isprintable():
            raise Failure("store.damaged", f"{shown}: {field} is a text without control characters.")
    for field in _REFERENCES:
        if texts[field]:
            try:
                _reference(str(texts[field]))
            except ValueError as wrong:
                raise Failure("store.damaged", f"{shown}: {field}: {wrong}") from None
    port = values.get("port", 0)
    if not isinstance(port, int) or not (port == 0 or 1024 <= port <= 65535):
        raise Failure("store.damaged", f"{shown}: port is a number from 1024 to 65535.")
    if texts["ends"] and not _is_day(str(texts["ends"])):
        raise Failure("store.damaged", f'{shown}: ends is a day, written as "2027-12-31".')
    filled = {field: str(value) for field, value in texts.items()}
    return SavedClient(issuer, **{**filled, "kind": filled["kind"] or "public"}, port=port, origin=str(where))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _reference(text: str) -> str:
    from mailwizard.storage.secrets.references import read_reference

    return read_reference(text)


def _name(issuer: str) -> str:
    """Return what an issuer's file is called: its card's id, or the host and path of its address."""
    if "://" not in issuer:
        return read_name(issuer)
    parts = urlsplit(issuer)
    return read_name("_".join([parts.netloc, *filter(None, parts.path.split("/"))]))
