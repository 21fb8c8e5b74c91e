"""A secret that a server says back is not told, and ordinary text is left alone."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.checks.hiding import HIDDEN, Hiding
from mailwizard.model import Credential
from mailwizard.net.clean import clean

SECRET = 'Zq7"\\ é%+x9'
HIDING = Hiding((Credential("alice", SECRET),))
FORMS = [
    SECRET,
    SECRET.encode().hex(),
    SECRET.encode().hex().upper(),
    quote(SECRET),
    quote(SECRET, safe="").lower(),
    SECRET.replace("\\", "\\\\").replace('"', '\\"'),
    base64.b64encode(f"\0alice\0{SECRET}".encode()).decode(),
    base64.b64encode(f"alice\0alice\0{SECRET}".encode()).decode(),
    *(base64.b64encode(b"x" * count + SECRET.encode() + b"yz").decode() for count in range(3)),
    *(base64.urlsafe_b64encode(b"x" * count + SECRET.encode()).decode() for count in range(3)),
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_secret_is_hidden(form: str) -> None:
    told = HIDING.hide(f"535 you sent {form}, really")
    assert HIDDEN in told
    assert told.startswith("535 you sent ")
    assert SECRET not in told


@pytest.mark.parametrize("at", range(1, len(SECRET)))
def test_a_line_end_within_it_does_not_show_it(at: int) -> None:
    assert HIDING.hide(f"no {SECRET[:at]} {SECRET[at:]} no") == f"no {HIDDEN} no"


def test_a_short_secret_does_not_blank_out_a_report() -> None:
    hiding = Hiding((Credential("alice", "a"),))
    assert hiding.hide("authentication failed for a server") == f"authentication failed for {HIDDEN} server"


def test_an_invisible_character_in_a_secret_is_hidden_as_it_is_shown() -> None:
    secret = "abc\u200bdefgh"
    assert Hiding((Credential("alice", secret),)).hide(clean(f"no {secret}")) == f"no {HIDDEN}"


def test_without_a_secret_nothing_changes() -> None:
    assert Hiding(()).hide("535 no") == "535 no"


@given(st.text(min_size=6, max_size=40).filter(str.strip), st.text(max_size=80), st.text(max_size=80))
def test_no_secret_of_some_length_survives(secret: str, before: str, after: str) -> None:
    hiding = Hiding((Credential("alice", secret),))
    told = hiding.hide(before + secret + after)
    assert secret not in told.replace(HIDDEN, "\uffff")
