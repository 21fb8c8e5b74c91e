"""What every flow of a sign-in at a provider must offer."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from mailwizard import knowledge
from mailwizard.signin.oauth.flow import flow_for, flows
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

SHAPES = {
    "begin": ["registration", "card", "address", "protocols", "redirect", "net"],
    "redeem": ["authorization", "answer", "net"],
    "ask_device": ["registration", "card", "address", "protocols", "net"],
    "await_device": ["code", "net", "tick"],
    "obtain": ["registration", "address", "protocols", "net"],
    "refresh": ["grant", "net"],
    "revoke": ["grant", "net"],
}
TOGETHER = (("begin", "redeem"), ("ask_device", "await_device"))
each = pytest.mark.parametrize("name", flows())


@each
def test_a_flow_says_what_it_is(name: str) -> None:
    module = flows()[name]
    assert name == module.NAME and module.__doc__
    assert module.KINDS and all(isinstance(kind, RegistrationKind) for kind in module.KINDS)


@each
def test_what_a_flow_has_is_whole(name: str) -> None:
    module = flows()[name]
    for verb, parameters in SHAPES.items():
        function = getattr(module, verb, None)
        if function is not None:
            assert inspect.iscoroutinefunction(function) and function.__doc__
            assert list(inspect.signature(function).parameters) == parameters
    assert all(hasattr(module, one) == hasattr(module, other) for one, other in TOGETHER)
    assert hasattr(module, "begin") or hasattr(module, "obtain")
    assert hasattr(module, "refresh")


@each
def test_a_flow_offers_nothing_that_nobody_knows(name: str) -> None:
    module = flows()[name]
    offered = {key for key, value in vars(module).items() if inspect.isfunction(value) and not key.startswith("_")}
    assert {key for key in offered if vars(module)[key].__module__ == module.__name__} <= set(SHAPES)


@each
def test_a_flow_loads_its_library_only_when_it_works(name: str) -> None:
    code = f"import sys, {flows()[name].__name__}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {module.partition(".")[0] for module in done.stdout.split()}
    assert not loaded & {"msal", "google", "google_auth_oauthlib", "oauthlib", "requests", "cryptography", "jwt"}


@pytest.mark.parametrize("issuer", knowledge.issuers())
def test_every_issuer_has_a_flow(issuer: str) -> None:
    card = knowledge.issuers()[issuer]
    module = flow_for(Registration(issuer, "id"), card)
    assert hasattr(module, "begin") == bool(card.authorize)
    assert hasattr(module, "ask_device") or not card.device
    assert hasattr(module, "revoke") or not card.revoke
    assert card.hosts and card.scopes
    for kind in (RegistrationKind.SERVICE_ACCOUNT, RegistrationKind.APP_ONLY):
        if card.app_scopes:
            assert hasattr(flow_for(Registration(issuer, "id", kind=kind), card), "obtain")
