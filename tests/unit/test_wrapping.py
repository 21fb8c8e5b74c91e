"""How long texts are broken into lines."""

from __future__ import annotations

import pytest

from mailwizard.tui.shown import said, wrapped


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("in two words", ["in two", "words"]),
        ("/home/alice/.config/mail", ["/home/", "alice/", ".config/", "mail"]),
        ("see /home/alice/x", ["see", "/home/", "alice/x"]),
        ("abcdefghijklmnop", ["abcdefgh", "ijklmnop"]),
        ("one\n/two/three/four", ["one", "/two/", "three/", "four"]),
        ("", [""]),
    ],
)
def test_long_words_are_parted_behind_separators(text: str, lines: list[str]) -> None:
    assert [line.plain for line in wrapped(said(text), 8)] == lines


def test_nothing_is_lost_and_the_style_stays() -> None:
    text = said(("/usr/share/" * 20, "bold"))
    lines = wrapped(text, 30)
    assert "".join(line.plain for line in lines) == text.plain
    assert all(len(line.plain) <= 30 and line.spans for line in lines)
