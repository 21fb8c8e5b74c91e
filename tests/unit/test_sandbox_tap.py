"""The tap finds a secret however it crosses the wire."""

from __future__ import annotations

from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from mailwizard.sandbox.tap import Tap

SECRETS = st.text(min_size=4, max_size=30).filter(lambda text: len(text.encode("utf-8", "ignore")) >= 4)
SECRETS = SECRETS.filter(lambda text: text.isprintable())


def heard(data: bytes) -> Tap:
    tap = Tap()
    tap.open().extend(data)
    return tap


@given(secret=SECRETS, before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_a_secret_is_found_as_it_is_and_in_base64_at_any_place(secret: str, before: bytes, after: bytes) -> None:
    whole = before + secret.encode() + after
    assert heard(whole).count({secret}) >= len(secret)
    assert heard(b"AUTH PLAIN " + b64encode(whole) + b"\r\n").count({secret}) > 0


@given(secret=st.text("abcdefghij", min_size=4, max_size=20), other=st.lists(st.sampled_from(b" \r\n-_=*\0\xff")))
def test_what_is_not_there_is_not_found(secret: str, other: list[int]) -> None:
    assert heard(bytes(other)).count({secret}) == 0


def test_a_very_short_secret_is_not_looked_for() -> None:
    assert heard(b"abc abc abc").count({"abc", ""}) == 0


def test_only_the_newest_connections_are_kept() -> None:
    tap = Tap()
    tap.open().extend(b"long-gone-secret")
    for _ in range(1024):
        tap.open()
    assert tap.count({"long-gone-secret"}) == 0
