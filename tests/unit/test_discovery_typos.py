"""Which known mail domain somebody meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stopwatch import Stopwatch

from mailwizard.discovery.typos import distance, likely


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmail.cm", "hotmail.com"),
        ("yaho.com", "yahoo.com"),
        ("yahooo.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("icluod.com", "icloud.com"),
        ("gmx.nte", "gmx.net"),
    ],
)
def test_a_slip_of_the_fingers_is_seen_through(typed: str, meant: str) -> None:
    assert likely(typed) == meant


@pytest.mark.parametrize("typed", ["gmail.com", "example.com", "my-own-company.example", "x.y", "bmw.de", ""])
def test_what_is_known_or_far_from_everything_is_nobodys_slip(typed: str) -> None:
    assert likely(typed) == ""


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_the_distance_is_the_same_both_ways_and_never_more_than_the_longer_word(one: str, other: str) -> None:
    assert distance(one, other, 10) == distance(other, one, 10) <= max(len(one), len(other))
    assert (distance(one, other, 10) == 0) is (one == other)
    assert min(distance(one, other, 1), 2) == min(distance(one, other, 10), 2)


def test_a_swap_is_one_slip() -> None:
    assert distance("gmial", "gmail", 5) == 1


def test_it_is_quick_whatever_was_typed() -> None:
    likely("warm.example")
    watch = Stopwatch()
    likely("a" * 250)
    assert watch.seconds < 1
