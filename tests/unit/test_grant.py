"""A grant goes into the secret store whole, comes back whole, and shows nothing on the way."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.signin.oauth.grant import Grant, is_grant
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

SECRETS = ("Zq7-client-secret", "Zq7-key", "Zq7-refresh", "Zq7-access", "Zq7-cache")
GRANT = Grant(
    Registration("google", "id.apps.example", SECRETS[0], key=SECRETS[1], kind=RegistrationKind.APP_ONLY),
    "alice@example.com",
    ("https://mail.google.com/",),
    SECRETS[2],
    SECRETS[3],
    1.5,
    2,
    3,
    SECRETS[4],
)


def test_it_comes_back_as_it_was_on_one_line() -> None:
    text = GRANT.to_text()
    assert is_grant(text) and "\n" not in text
    assert Grant.from_text(text) == GRANT


def test_it_shows_no_secret() -> None:
    assert not any(secret in repr(GRANT) for secret in SECRETS)


@given(st.text())
def test_a_password_is_none(text: str) -> None:
    assert not is_grant(text)
    with pytest.raises(ValueError, match="is no sign-in"):
        Grant.from_text(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, value) for field in ("username", "refresh_token", "cache") for value in (None, 7, [[1]], {"a": 1})),
        *(("expires_at", value) for value in (None, "soon", True, [1])),
        *(("scopes", value) for value in (None, 7, "scope", [1], {"a": 1})),
        *(("registration", value) for value in (None, 7, {}, {"issuer": "google"}, {"kind": "other"})),
        ("unknown", 1),
    ],
)
def test_a_damaged_one_is_one_sentence_without_secrets(field: str, value: object) -> None:
    mark, _, told = GRANT.to_text().partition(":1:")
    with pytest.raises(ValueError) as caught:
        Grant.from_text(f"{mark}:1:{json.dumps(json.loads(told) | {field: value})}")
    assert "damaged" in str(caught.value)
    assert not any(secret in str(caught.value) for secret in SECRETS)


@given(st.integers(0, 400), st.text(max_size=3))
def test_a_cut_one_never_escapes(at: int, put: str) -> None:
    text = GRANT.to_text()
    changed = text[:at] + put + text[at + 1 :]
    try:
        found = Grant.from_text(changed)
    except ValueError as wrong:
        assert not any(secret in str(wrong) for secret in SECRETS)
    else:
        assert isinstance(found, Grant)


def test_a_renewed_one_keeps_the_rest() -> None:
    renewed = replace(GRANT, access_token="other")
    assert Grant.from_text(renewed.to_text()).registration == GRANT.registration
