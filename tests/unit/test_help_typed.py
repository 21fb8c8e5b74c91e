"""The help as it is said where all is typed."""

from __future__ import annotations

import re

import pytest

from mailwizard.faces.help import Page, about, pages, typed_help, typed_moves, without_keys

KEYS = re.compile(r"\bF\d|\bTab\b|\b[Aa]rrow|\bEsc\b|Ctrl\+|Page Down")


@pytest.mark.parametrize("page", pages().values(), ids=pages())
def test_no_help_that_is_said_names_a_key_of_the_full_screen(page: Page) -> None:
    said = [typed_help(page), *typed_moves(page).values(), *(about(page.id, one.key) for one in page.fields)]
    assert not [text for text in said if KEYS.search(text)]


def test_what_is_not_about_keys_stays_with_its_word() -> None:
    assert without_keys("F9 does it. Paste it. The arrows choose, Enter goes on.") == "Paste it."
    assert typed_help(pages()["service"]).startswith("What is to be set up: By its address fits nearly always.")
    assert typed_moves(pages()["servers"])["All found"].startswith("Shows every server")
