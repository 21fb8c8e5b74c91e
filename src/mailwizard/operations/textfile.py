"""How accounts stand, as a text file for the collector of that name in node_exporter.

Source: the text format of Prometheus, https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mailwizard.net.clean import clean
from mailwizard.storage import files
from mailwizard.storage.watched import Watched

_UP = {"works": 1, "broken": 0, "unfit": 0}
_HEADS = {
    "mailwizard_account_up": "Whether the account held at its last check: 1, or 0.",
    "mailwizard_account_last_check_seconds": "When the account was last checked, in seconds since 1970.",
    "mailwizard_account_expires_seconds": (
        "When the first certificate or sign-in that the account needs ends, in seconds since 1970."
    ),
}


def metrics(accounts: Mapping[str, Watched], *, online: bool) -> str:
    """Return the text; an account of which a figure is not known is left out there.

    ``online`` says whether this machine's own network worked in the last round.
    """
    rows: dict[str, list[tuple[str, float]]] = {name: [] for name in _HEADS}
    for name, known in sorted(accounts.items()):
        if known.state in _UP:
            rows["mailwizard_account_up"].append((name, _UP[known.state]))
        if known.checked:
            rows["mailwizard_account_last_check_seconds"].append((name, known.checked))
        if known.expires:
            rows["mailwizard_account_expires_seconds"].append((name, known.expires))
    lines = []
    for metric, told in _HEADS.items():
        lines += [f"# HELP {metric} {told}", f"# TYPE {metric} gauge"]
        lines += [f'{metric}{{account="{_label(name)}"}} {value:.0f}' for name, value in rows[metric]]
    network = "mailwizard_network_up"
    lines += [f"# HELP {network} Whether this machine's own network let anybody be asked: 1, or 0."]
    lines += [f"# TYPE {network} gauge", f"{network} {int(online)}"]
    return "\n".join(lines) + "\n"


def write(path: Path, accounts: Mapping[str, Watched], *, online: bool) -> None:
    """Replace the file as one step; everybody may read it, because the collector is another user.

    Raises:
        Failure: ``store.missing`` where its folder is not there; ``store.denied``, ``store.full``, ``store.read-only``.
    """
    files.write(path, metrics(accounts, online=online).encode(), private=False, keep_old=False)


def _label(text: str) -> str:
    """Return a label's value as the format escapes it."""
    shown = clean(text)
    return shown.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
