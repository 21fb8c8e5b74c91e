"""Who is let in to the wizard in a browser: the rules, without a server."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.serving.gate import Gate


def gate() -> Gate:
    made = Gate()
    made.port = 8400
    return made


def token(made: Gate) -> str:
    return made.address.rpartition("/")[2]


def session(made: Gate) -> str:
    return made.cookie.partition(";")[0].partition("=")[2]


def test_an_address_lets_in_once_and_is_gone_then() -> None:
    made = gate()
    given = token(made)
    assert made.address.startswith("http://127.0.0.1:8400/open/")
    assert made.enter(given) == ""
    assert "used already" in made.enter(given)
    assert made.address == ""


@given(st.text(st.characters(), max_size=60))
def test_no_other_word_lets_in_or_uses_the_address_up(word: str) -> None:
    made = gate()
    assert made.enter(word)
    assert made.stranger(word, "")
    assert made.enter(token(made)) == ""


def test_each_secret_is_long_and_none_is_told_twice() -> None:
    made = [gate() for _ in range(50)]
    for secrets, least in ((map(token, made), 43), (map(session, made), 43), ((one.room for one in made), 22)):
        words = list(secrets)
        assert len(set(words)) == 50
        assert all(re.fullmatch(r"[\w-]+", word) and len(word) >= least for word in words)


def test_the_cookie_is_kept_from_scripts_other_pages_and_other_ports() -> None:
    made = gate()
    assert made.cookie.split("; ")[1:] == [f"Path=/{made.room}/", "HttpOnly", "SameSite=Strict"]
    assert made.stranger(session(made), "same-origin") == made.stranger(session(made), "none") == ""
    assert made.stranger(session(made), "cross-site") and made.stranger(session(made), "same-site")
    assert made.stranger("", "none")


@pytest.mark.parametrize(
    "host",
    [
        *("", "127.0.0.1", "127.0.0.1:8401", "evil.example:8400", "[::1]:8400", "0.0.0.0:8400", "127.1:8400"),
        *("localhost.evil.example:8400", "127.0.0.1:8400.evil.example", "LOCALHOST:8400 "),
    ],
)
def test_a_request_for_another_host_is_refused(host: str) -> None:
    assert gate().wrong_host(host)
    assert Gate().wrong_host("127.0.0.1:0"), "before it listens nobody is let in"


@pytest.mark.parametrize("host", ["127.0.0.1:8400", "localhost:8400"])
def test_only_a_page_of_the_very_host_may_connect(host: str) -> None:
    made = gate()
    assert made.wrong_host(host) == ""
    assert made.foreign(f"http://{host}", host) == ""
    for origin in (
        "",
        "null",
        f"https://{host}",
        "http://evil.example",
        f"http://{host}.evil.example",
        "http://127.0.0.1:1",
    ):
        assert made.foreign(origin, host)
