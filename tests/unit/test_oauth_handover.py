"""A sign-in is handed to another machine and its answer back, sealed, in lines that name their damage."""

from __future__ import annotations

import base64
import json
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_oauth_answers import CODE, ISSUER, PAGE, STATE, asked

from mailwizard.signin.oauth.authorization import CallbackAnswer
from mailwizard.signin.oauth.handover import LINE, OneTimeKey, _lines, read_request, seal

ANSWER = CallbackAnswer(CODE, STATE, ISSUER)


def test_there_and_back() -> None:
    key = OneTimeKey()
    request = key.request(asked())
    there = read_request("\n".join(request))
    assert (there.url, there.redirect, there.state, there.issuer) == (PAGE, asked().redirect, STATE, ISSUER)
    assert key.open("\r\n".join(seal(there, ANSWER))) == ANSWER


def test_lines_are_short_numbered_and_show_nothing() -> None:
    key = OneTimeKey()
    answer = seal(read_request("\n".join(key.request(asked()))), ANSWER)
    for line in (*key.request(asked()), *answer):
        assert len(line) <= LINE and re.fullmatch(r"[!-~]+", line)
    assert CODE not in "".join(answer)
    assert "verifier" not in "".join(key.request(asked()))


def test_what_a_mail_or_terminal_does_to_lines_does_no_harm() -> None:
    key = OneTimeKey()
    lines = list(seal(read_request("\n".join(key.request(asked()))), ANSWER))
    mailed = ["Here it is:", "", *(f"> {line}  " for line in reversed(lines)), lines[0], "Alice"]
    assert key.open("\n".join(mailed)) == ANSWER


def test_each_damaged_or_missing_line_is_named() -> None:
    key = OneTimeKey()
    lines = list(seal(read_request("\n".join(key.request(asked()))), ANSWER))
    assert len(lines) >= 3
    for at, line in enumerate(lines):
        worse = line[:20] + ("A" if line[20] != "A" else "B") + line[21:]
        with pytest.raises(ValueError, match=f"Line {at + 1} is damaged"):
            key.open("\n".join([*lines[:at], worse, *lines[at + 1 :]]))
        with pytest.raises(ValueError, match=f"Line {at + 1} is damaged"):
            key.open("\n".join([*lines[:at], line[:-3], *lines[at + 1 :]]))
        with pytest.raises(ValueError, match=f"Line {at + 1} of {len(lines)} is missing"):
            key.open("\n".join([*lines[:at], *lines[at + 1 :]]))
    few = " and ".join(map(str, range(2, 4))) if len(lines) == 3 else r"2, .* and \d+"
    with pytest.raises(ValueError, match=f"^Lines {few} of {len(lines)} are missing"):
        key.open(lines[0])
    with pytest.raises(ValueError, match=r"^Lines 1 and 2 are damaged: copy them once more"):
        key.open("\n".join([lines[0][:-3], lines[1][:-3], *lines[2:]]))


def test_what_belongs_elsewhere_is_named() -> None:
    key, other = OneTimeKey(), OneTimeKey()
    request = "\n".join(key.request(asked()))
    answer = "\n".join(seal(read_request(request), ANSWER))
    with pytest.raises(ValueError, match="another request"):
        other.open(answer)
    with pytest.raises(ValueError, match="lines of the request"):
        key.open(request)
    with pytest.raises(ValueError, match="lines of the answer"):
        read_request(answer)
    with pytest.raises(ValueError, match="no answer of mailwizard"):
        key.open("hello")
    with pytest.raises(ValueError, match="far more"):
        key.open("x" * 100_000)


def test_a_request_that_would_lead_the_answer_elsewhere_is_refused() -> None:
    from dataclasses import replace

    key = OneTimeKey()
    for bad, words in (
        (replace(asked(), redirect="http://evil.example:80"), "not to this machine"),
        (replace(asked(), redirect="https://127.0.0.1:1"), "not to this machine"),
        (replace(asked(), url="http://accounts.example/"), "no request"),
        (replace(asked(), url="file:///etc/passwd"), "no request"),
        (replace(asked(), url="https://evil.example\\@accounts.example/"), "no request"),
        (replace(asked(), url="https://accounts.ex\u0430mple/"), "no request"),
    ):
        with pytest.raises(ValueError, match=words):
            read_request("\n".join(key.request(bad)))


@given(st.text(max_size=400))
def test_no_text_escapes(text: str) -> None:
    key = OneTimeKey()
    for read in (key.open, read_request):
        for form in (text, f"mw1a01/01:{text}"):
            with pytest.raises(ValueError):
                read(form)


@given(st.integers(0, 4000), st.characters())
def test_no_changed_letter_goes_through(at: int, put: str) -> None:
    key = OneTimeKey()
    text = "\n".join(seal(read_request("\n".join(key.request(asked()))), ANSWER))
    changed = text[: at % len(text)] + put + text[at % len(text) + 1 :]
    try:
        assert key.open(changed) == ANSWER
    except ValueError as wrong:
        assert str(wrong).isprintable()


KEY = base64.b64encode(OneTimeKey().public).decode()
FIT = {"url": PAGE, "redirect": "http://127.0.0.1:53171/", "state": STATE, "issuer": ISSUER, "key": KEY}


@pytest.mark.parametrize(
    "changed",
    [
        {"key": base64.b64encode(bytes(32)).decode()},
        {"key": base64.b64encode(b"short").decode()},
        {"key": "no base64"},
        {"redirect": "http://127.0.0.1:99999/"},
        {"redirect": "http://[127.0.0.1/"},
        {"url": "https://[broken/"},
        {"url": "https://accounts.example:port/"},
        {"url": "javascript:alert(1)"},
        {"state": ""},
    ],
)
def test_what_no_answer_could_go_back_to_is_refused_before_anybody_signs_in(changed: dict[str, str]) -> None:
    assert read_request("\n".join(_lines("q", zlib.compress(json.dumps(FIT).encode())))).state == STATE
    unfit = "\n".join(_lines("q", zlib.compress(json.dumps({**FIT, **changed}).encode())))
    with pytest.raises(ValueError, match="no request of mailwizard"):
        read_request(unfit)


def test_a_request_that_goes_too_deep_is_refused() -> None:
    deep = "\n".join(_lines("q", zlib.compress(b"[" * 60_000)))
    with pytest.raises(ValueError, match="no request of mailwizard"):
        read_request(deep)
