"""Text from outside cannot act on a terminal."""

from __future__ import annotations

import shlex
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailwizard.net.clean import clean, shown_word, shown_words


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("", ""),
        ("250 2.1.0 Ok", "250 2.1.0 Ok"),
        ("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] [/bold] [@click=app.quit]x[/]",) * 2,
        ("\x1b[2J", "␛[2J"),
        ("\x1b]52;c;aGk=\x1b\\", "␛]52;c;aGk=␛\\"),
        ("a\x00b\x07c\x08d", "a␀b␇c␈d"),
        ("one\r\ntwo\tthree", "one␍␊two␉three"),
        ("\x7f", "␡"),
        ("\x9b2J\x9d52", "<U+009B>2J<U+009D>52"),
        ("evil\u202egnp.exe", "evil<U+202E>gnp.exe"),
        ("a\u200bb\ufeffc", "a<U+200B>b<U+FEFF>c"),
        ("a\u034f\u115f\u1160\u3164\uffa0\u2800", "a<U+034F><U+115F><U+1160><U+3164><U+FFA0><U+2800>"),
        ("a\ufe0fb\U000e0100", "a<U+FE0F>b<U+E0100>"),
        ("\U000e0041", "<U+E0041>"),
        ("\u2028\u2029", "<U+2028><U+2029>"),
        ("\ue000", "<U+E000>"),
        ("\udcff \ud800", "\\xff \\ud800"),
        ("Grüße, 你好, Привет, हिन्दी",) * 2,
        ("z" + "\u0301" * 50, "z" + "\u0301" * 3),
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9 \xff\xfe", "caf\\xe9 \\xff\\xfe"),
        (b"\x1b[31m\x80", "␛[31m\\x80"),
    ],
)
def test_what_a_terminal_would_act_on_is_made_visible(text: str | bytes, visible: str) -> None:
    assert clean(text) == visible


@given(st.one_of(st.text(), st.text(st.characters(codec=None)), st.binary()))
@example("\ud800\udc00")
@example(b"\xed\xa0\x80")
@example("<U+" + "\u0301" * 9)
def test_nothing_is_left_that_acts_or_hides(text: str | bytes) -> None:
    cleaned = clean(text)
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


@given(st.one_of(st.text(), st.binary()), st.integers(1, 20))
def test_the_length_is_bounded_and_a_cut_is_shown(text: str | bytes, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert cleaned == clean(text, 10_000) or cleaned.endswith("…")


def test_a_cut_shows_even_where_the_rest_would_have_been_left_out() -> None:
    assert clean("z" + "\u0301" * 5000) == "z" + "\u0301" * 3 + "…"


def test_a_cut_inside_a_character_is_no_undecodable_byte() -> None:
    assert clean("é".encode() * 3000, 10) == "é" * 9 + "…"


@pytest.mark.parametrize("name", ["office", "anna@example.com", "a.b-c_d+e", "Jörg", "会社", "vault:office/2"])
def test_an_ordinary_name_looks_like_itself_in_a_command(name: str) -> None:
    assert shown_word(name) == name


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("My Account", "'My Account'"),
        ("x;touch PWN", "'x;touch PWN'"),
        ("o'neill", "'o'\"'\"'neill'"),
        ("$(id)", "'$(id)'"),
        ("~root", "'~root'"),
        ("a\nb", "'a␊b'"),
        ("", "''"),
    ],
)
def test_a_hostile_name_in_a_command_is_one_harmless_word(name: str, word: str) -> None:
    assert shown_word(name) == word
    assert shlex.split(shown_words(("mailwizard", "check", name))) == ["mailwizard", "check", clean(name)]


@given(st.text())
def test_whatever_is_put_into_a_command_is_one_word_of_what_can_be_seen(name: str) -> None:
    assert shlex.split(shown_word(name)) == [clean(name)]
    assert clean(shown_word(name), 20_000) == shown_word(name)
