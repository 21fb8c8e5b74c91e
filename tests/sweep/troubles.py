"""What disturbs a run: a fault of our own at some place, a talkative environment."""

from __future__ import annotations

import importlib
from typing import Any, NoReturn

from tests.sweep.ledger import Ledger

CRASHES = {
    "sasl": ("mailwizard.checks.mechanisms.plain", "converse"),
    "token sasl": ("mailwizard.checks.mechanisms.xoauth2", "converse"),
    "vault": ("mailwizard.storage.secrets.stores.vault", "get"),
    "keeping": ("mailwizard.storage.secrets", "put_with"),
    "saving": ("mailwizard.storage.profiles", "save"),
    "google": ("mailwizard.signin.flows.google", "redeem"),
    "microsoft": ("mailwizard.signin.flows.microsoft", "redeem"),
    "issuer": ("mailwizard.signin.flows.standard", "redeem"),
    "renewing": ("mailwizard.signin.flows.google", "refresh"),
    "service account": ("mailwizard.signin.flows.service_account", "obtain"),
    "handing over": ("mailwizard.signin.oauth.handover", "_unsealed"),
    "reading a paste": ("mailwizard.signin.oauth.answers", "read_paste"),
    "diagnosis": ("mailwizard.diagnosis", "diagnose"),
    "cleaning": ("mailwizard.net.secrets", "_forms"),
    "printing": ("mailwizard.cli.output", "put_json"),
}
"""Where it can be provoked: module and function."""

TALKATIVE = {
    "MAILWIZARD_DEBUG": "1",
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONDEVMODE": "1",
    "TEXTUAL": "debug,devtools",
    "TEXTUAL_LOG": "textual.log",
    "SSLKEYLOGFILE": "tls-keys.log",
    "OAUTHLIB_INSECURE_TRANSPORT": "1",
    "HTTPX_LOG_LEVEL": "trace",
}
"""The environment of somebody who wants to know what goes on."""


def provoke(place: str, ledger: Ledger) -> None:
    """Let a function of ours fail, with every secret that there is in the error's text and in variables."""
    if not place:
        return
    module, name = CRASHES[place]

    def broken(*given: Any, **named: Any) -> NoReturn:
        known = [data.decode(errors="replace") for _, data in ledger.lines()]
        raise RuntimeError(f"lost {known!r} with {given!r}", *known)

    setattr(importlib.import_module(module), name, broken)
