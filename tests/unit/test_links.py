"""Addresses in texts of our own are links where the terminal takes them; the text stays what it was."""

from __future__ import annotations

import pytest

from mailwizard.tui.links import linked, pieces
from mailwizard.tui.shown import said

STEP = "Open https://myaccount.google.com/apppasswords, then sign in (see https://support.google.com/mail)."
PAGES = ["https://myaccount.google.com/apppasswords", "https://support.google.com/mail"]


def pages(content: object) -> list[str]:
    return [span.style.link for span in content.spans]  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["xterm-256color", "tmux-256color", "screen", "xterm-kitty", "foot"])
def test_an_address_is_a_link_to_itself_and_to_no_mark_behind_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", kind)
    text = linked(STEP)
    assert (text.plain, pages(text)) == (STEP, PAGES)


@pytest.mark.parametrize("kind", ["linux", "vt100", "ansi", "cons25", ""])
def test_a_terminal_that_may_print_the_sequence_gets_none(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", kind)
    assert pages(linked(STEP)) == []


@pytest.mark.parametrize("text", ["http://plain.example/x", "javascript:alert(1)", "https://", "file:///etc/passwd"])
def test_only_encrypted_pages_are_links(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert pages(linked(text)) == []


def test_every_line_of_a_long_address_leads_to_all_of_it_as_far_as_that_is_cheap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    page = "https://accounts.example/" + "a" * 400
    lines = [said(page[at : at + 80]) for at in range(0, len(page), 80)]
    assert [pages(line) for line in pieces(page, lines)] == [[page]] * 6
    long = "https://accounts.example/" + "a" * 2500
    lines = [said(long[at : at + 80]) for at in range(0, len(long), 80)]
    drawn = pieces(long, lines)
    assert pages(drawn[0]) == [long]
    assert sum(len(pages(line)) * len(long) for line in drawn) <= 3000
