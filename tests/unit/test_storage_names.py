"""What an account may be called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.model import Address
from mailwizard.storage.names import LONGEST, folded, read_name, suggest_name


@pytest.mark.parametrize("name", ["work", "alice@example.com", "Büro 2", "日本", "a+b@x.de", "o'neil", "-x", "a.toml"])
def test_a_usual_name_stays_as_it_is(name: str) -> None:
    assert read_name(f" {name} ") == name


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "at least one"),
        ("  ", "at least one"),
        (".hidden", "dot"),
        ("..", "dot"),
        ("a/b", "/"),
        ("a\\b", "\\"),
        ("a\nb", "U+000A"),
        ("a\0b", "U+0000"),
        ("a\x1b]0;x", "U+001B"),
        ("a\u202eb", "U+202E"),
        ("\ud800", "U+D800"),
        ("é" * LONGEST, "bytes"),
    ],
)
def test_a_name_that_no_file_can_have_is_refused_in_one_sentence(text: str, word: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_name(text)
    assert word in str(caught.value)
    assert str(caught.value).isprintable() and str(caught.value).endswith(".")


@given(st.text())
def test_every_name_that_is_taken_can_be_a_file(text: str) -> None:
    try:
        name = read_name(text)
    except ValueError:
        return
    assert read_name(name) == name
    assert Path("/folder", f"{name}.toml").parent == Path("/folder")
    assert len(f".{name}.toml.bad-20261121T120000Z-999.1234567-12345678.tmp".encode()) <= 255
    assert not name.startswith(".") and name.isprintable()


@given(st.text(min_size=1))
def test_every_address_gets_a_name(local: str) -> None:
    name = suggest_name(Address(local, "example.com", "example.com"))
    assert read_name(name) == name


def test_the_suggestion_is_the_address_where_that_can_be_a_file() -> None:
    assert suggest_name(Address.parse("alice@bücher.example")) == "alice@xn--bcher-kva.example"
    assert suggest_name(Address.parse("a/b@example.com")) == "a_b@example.com"


def test_names_that_a_file_system_may_take_for_one_are_told_apart_by_nothing() -> None:
    assert folded("Straße") == folded("STRASSE")
    assert folded("Büro") == folded("BU\u0308RO")
    assert folded("a") != folded("b")
