"""What Graph answers, read from outside text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mailwizard.checks.graph.reading import Reply, document, head, number, objects, retry_after, text

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        (" 30 ", 30.0),
        ("Sun, 22 Nov 2026 12:00:10 GMT", 10.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("9" * 40, None),
        ("٣", None),
    ],
)
def test_a_time_to_wait_is_a_number_of_seconds_or_a_date(said: str, seconds: float | None) -> None:
    assert retry_after(said, NOW) == seconds


@pytest.mark.parametrize("body", [b"", b"[1]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000])
def test_what_is_no_object_is_none(body: bytes) -> None:
    assert document(body) is None


def test_an_error_is_told_with_its_code_its_words_and_the_innermost_code() -> None:
    inner = {"code": "outer", "innerError": {"code": "ErrorInner", "request-id": "x"}}
    told: dict[str, Any] = {"error": {"code": "ErrorAccessDenied", "message": "Denied.", "innerError": inner}}
    failure = Reply(403, told, "id-1", 5.0).failure
    assert (failure.code, failure.detail) == ("graph.ErrorAccessDenied", "ErrorAccessDenied: Denied.")
    assert failure.facts == (("status", "403"), ("request-id", "id-1"), ("retry-after", "5"), ("inner", "ErrorInner"))


@pytest.mark.parametrize(
    ("status", "told", "code"),
    [
        (401, {}, "graph.401"),
        (500, {}, "http.500"),
        (403, {"error": "no object"}, "http.403"),
        (403, {"error": {"code": 7, "message": ["x"]}}, "http.403"),
        (403, {"error": {"code": "two words\r\n", "message": "m"}}, "http.403"),
        (403, {"error": {"code": "x" * 100}}, "http.403"),
        (429, {"error": {"code": "TooManyRequests"}}, "graph.TooManyRequests"),
    ],
)
def test_an_error_of_another_shape_is_told_by_its_status(status: int, told: dict[str, Any], code: str) -> None:
    assert Reply(status, told).failure.code == code


def test_errors_inside_of_errors_are_not_followed_without_end() -> None:
    error: dict[str, Any] = {"code": "deepest"}
    for _ in range(50):
        error = {"code": "level", "innerError": error}
    assert dict(Reply(400, {"error": error}).failure.facts)["inner"] == "level"


def test_a_redirect_names_where_it_leads_and_no_path() -> None:
    failure = Reply(302, {}, location="https://elsewhere.example/a?token=secret").failure
    assert failure.code == "http.302" and "elsewhere.example" in failure.detail and "secret" not in failure.detail


@pytest.mark.parametrize("word", ["Bearer realm=x", 'Negotiate, bearer authorization_uri="https://login.example/x"'])
def test_a_challenge_for_a_token_is_one_in_any_case(word: str) -> None:
    assert Reply(401, {}, challenge=word).takes_tokens and not Reply(403, {}, challenge=word).takes_tokens
    assert not Reply(401, {}, challenge="Basic realm=Bearers").takes_tokens
    assert Reply(401, {"error": {"code": "InvalidAuthenticationToken"}}).takes_tokens


def test_a_header_is_read_field_by_field_and_nonsense_is_left_out() -> None:
    fields = [
        {"name": "Received", "value": "from a by b"},
        {"name": "Received", "value": "from c by d"},
        {"name": "X-Long", "value": "y" * 100_000},
        {"name": "Bad\r\nName", "value": "x"},
        {"name": 5, "value": "x"},
        "nothing",
    ]
    found = head({"internetMessageHeaders": [*fields, *({"name": f"X-{at}", "value": ""} for at in range(1000))]})
    assert found.get_all("Received") == ["from a by b", "from c by d"]
    assert len(str(found["X-Long"])) == 8192 and len(found) <= 200
    assert len(head({"internetMessageHeaders": "x"})) == len(head(json.loads("{}"))) == 0


def test_numbers_texts_and_lists_of_another_kind_are_nothing() -> None:
    told: dict[str, Any] = {"a": True, "b": -1, "c": "5", "d": 10**30, "e": 7, "f": [1, {}, "x"], "g": None}
    assert [number(told, name) for name in "abcdeg"] == ["", "", "", "", "7", ""]
    assert text(told, "c") == "5" and text(told, "e") == "" and objects(told, "f") == [{}] and objects(told, "a") == []
