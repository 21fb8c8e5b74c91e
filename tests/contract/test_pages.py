"""Every page of the wizard has names that stay, and help for all that is on it."""

from __future__ import annotations

import re

import pytest
from tests.contract import page_ids

from mailwizard import knowledge
from mailwizard.draft import Stage
from mailwizard.faces.help import Page, find, for_screen, heading, page_of, pages
from mailwizard.plugins import plugins
from mailwizard.tui import screens
from mailwizard.tui.screens.quiet import QuietScreen

EVERY = pytest.mark.parametrize("page", pages().values(), ids=pages())
FRAMES = frozenset({"quiet", "question", "panel", "aside", "dialog", "agreeing", "checking", "costly", "at_issuer"})
FRAMES |= {"signing_in", "typed_secret"}
"""Modules with what several screens have in common; none of them is shown by itself but for the help in ``panel``."""


def test_names_are_unique_and_stay() -> None:
    lines = page_ids.current()
    codes, ids = zip(*(line.split() for line in lines), strict=True)
    assert len(set(codes)) == len(lines) == len(set(ids))
    assert sorted(set(page_ids.booked()) - set(lines)) == [], "a page's name has changed: people may have noted it"
    assert sorted(set(lines) - set(page_ids.booked())) == [], "run `python -m tests.contract.page_ids`, commit its file"


@EVERY
def test_its_names_can_be_said_and_typed(page: Page) -> None:
    assert re.fullmatch(r"[0-7]-[A-Z]", page.code) and re.fullmatch(r"[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)?", page.id)
    heard = (page.id, page.code, page.code.lower(), page.code.replace("-", ""), page.code.replace("-", " - ").lower())
    assert {found.id for name in heard if (found := find(name))} == {page.id}
    stage = page.id.partition(".")[0]
    order = {str(one): number for number, one in enumerate(Stage, start=1)}
    assert int(page.code[0]) == order.get(stage, 0)


@EVERY
def test_all_of_it_is_explained_in_sentences(page: Page) -> None:
    texts = page.texts()
    assert texts or page.moves
    for word, text in texts:
        assert word.strip() and text.rstrip().endswith("."), (word, text)
    for one in (*page.fields, *page.moves):
        assert page.of(one.key) is not None
        assert page.texts(one.key)[0][1] == one.text or page.of(one.key) != one


@pytest.mark.parametrize("name", sorted(set(plugins(screens)) - FRAMES))
def test_each_screen_is_a_page(name: str) -> None:
    assert for_screen(name), f"a page whose id ends with {name.replace('_', '-')} is missing in faces/helps"
    module = plugins(screens)[name]
    assert any(isinstance(one, type) and issubclass(one, QuietScreen) for one in vars(module).values())


def test_each_stage_begins_with_its_own_page() -> None:
    assert [page_of(stage).code for stage in Stage] == [f"{number}-A" for number in range(1, 8)]


def test_a_field_is_found_by_the_name_that_it_has_on_the_screen() -> None:
    refused = pages()["validate.refused"]
    assert refused.of("remedy-12") is refused.of("remedy") is not None
    assert (address := pages()["address"].of("address-entry")) and address.label == "Address"
    assert refused.of("nothing-here") is None and find("9-Z") is None and find("") is None


@EVERY
def test_the_heading_of_each_page_is_whole_without_an_account(page: Page) -> None:
    last = (heading(page).split() or [""])[-1]
    assert last and last[-1] not in ":…" and last not in {"at", "of", "to", "in", "for", "with"}, heading(page)


def test_no_page_is_called_like_something_else() -> None:
    others = {*knowledge.problems(), *knowledge.providers(), *knowledge.issuers()}
    others |= {guide.id for guide in knowledge.guides()} | {
        step.id for guide in knowledge.guides() for step in guide.steps
    }
    assert not [name for name in others if find(name)]
