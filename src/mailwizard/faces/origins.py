"""Where every value of an account comes from."""

from __future__ import annotations

from contextlib import suppress

from mailwizard.discovery import sources
from mailwizard.draft import Draft, Stage
from mailwizard.faces.words import home
from mailwizard.model import Candidate, Failure
from mailwizard.plugins import plugins
from mailwizard.storage import profiles
from mailwizard.storage.origins import Origin

TYPED = "typed in this run"
_SAID = {"typed": TYPED, "saved": "saved with the account"}


def answers(draft: Draft) -> list[tuple[str, str]]:
    """Return what is known of the account, and who says so."""
    was = draft.before.account if draft.before else None
    rows = []
    if draft.address:
        same = was is not None and was.address == draft.address
        rows.append(("Address", f"{draft.address.display}: {_SAID['saved'] if same else TYPED}"))
    if draft.display_name:
        same = was is not None and was.display_name == draft.display_name
        rows.append(("Name", f"{draft.display_name}: {_SAID['saved'] if same else TYPED}"))
    for word, candidate in (("Incoming", draft.incoming), ("Outgoing", draft.outgoing)):
        rows += [(word, f"{candidate.endpoint.place}: {said(candidate)}")] if candidate else []
    if Stage.SIGN_IN in draft.answered and draft.wants_secret:
        name = next((candidate.username for candidate in draft.chosen if candidate.username), "")
        kept = was is not None and was.username == name
        rows.append(("Sign-in", f"{draft.auth.words} of {name}: {_SAID['saved'] if kept else 'chosen in this run'}"))
    return rows


def said(candidate: Candidate) -> str:
    """Return who proposed a server, and how far that is believed."""
    if candidate.source in _SAID:
        return _SAID[candidate.source]
    labels = {name: str(source.LABEL) for name, source in plugins(sources).items()}
    named = ", also ".join(labels.get(name, name) for name in (candidate.source, *candidate.also))
    return f"{named} ({candidate.trust})"


def files(draft: Draft) -> list[tuple[str, str]]:
    """Return which file says what of an account that is saved, file by file."""
    found: tuple[Origin, ...] = ()
    with suppress(Failure, ValueError):
        found = profiles.load(draft.name).origins if draft.name else ()
    rows = []
    for path in dict.fromkeys(origin.path for origin in found):
        mine = [origin for origin in found if origin.path == path]
        fields = ", ".join(f"{one.field.partition('.')[2]}{' (locked)' if one.locked else ''}" for one in mine)
        rows.append((str(mine[0].scope), f"{home(path)}: {fields}"))
    return rows
