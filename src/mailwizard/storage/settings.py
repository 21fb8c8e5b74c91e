"""What holds for all accounts: ``settings.toml`` of each scope, read field by field as everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as changed

from mailwizard.storage import fields
from mailwizard.storage.fields import Settings
from mailwizard.storage.layers import SETTINGS, combine, layers
from mailwizard.storage.origins import Origin, origins_of
from mailwizard.storage.places import Place, Scope, place
from mailwizard.storage.together import held, settled
from mailwizard.storage.values import name_of
from mailwizard.storage.writing import bring_up_to_date

__all__ = ["Settings", "load", "origins", "save"]


def load() -> Settings:
    """Return the settings that hold here.

    Raises:
        Failure: ``store.damaged`` with file and field; ``store.newer``; ``store.denied`` …
    """
    settled()
    stack = layers(SETTINGS, SETTINGS)
    return combine(fields.read_settings, SETTINGS, stack) if stack else Settings()


def origins() -> Mapping[str, Origin]:
    """Return where each field that is set comes from.

    Raises:
        Failure: as :func:`load`.
    """
    found = origins_of(SETTINGS, layers(SETTINGS, SETTINGS))
    return {origin.field.partition(".")[2]: origin for origin in found}


def save(field: str, value: str, scope: str = Scope.USER) -> Settings:
    """Set one field in one scope, and return the settings that hold then; an empty value sets it to nothing.

    Raises:
        ValueError: for a field that does not exist, or a name that no file may hold.
        Failure: ``store.locked-field`` where a weaker scope locks it; ``store.…``.
    """
    if field not in fields.SETTINGS:
        raise ValueError(f"There is no setting {field!r}; there are {', '.join(fields.SETTINGS)}.")
    value = name_of({field: value}, field, "") if value else ""
    target = place(scope)
    with held(target):
        wanted = fields.settings_values(changed(_as_seen_from(target), **{field: value}))
        bring_up_to_date(target, SETTINGS, SETTINGS, wanted)
    return load()


def _as_seen_from(target: Place) -> Settings:
    """Return the settings of a scope and the weaker ones."""
    scopes = list(Scope)
    at = scopes.index(target.scope)
    stack = tuple(each for each in layers(SETTINGS, SETTINGS) if scopes.index(each.place.scope) >= at)
    return combine(fields.read_settings, SETTINGS, stack) if stack else Settings()
