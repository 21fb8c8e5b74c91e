"""An answer file: the user sees what was done, and the account is checked again."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import Any

from mailwizard.cli.endings import Exit
from mailwizard.cli.output import labelled, say
from mailwizard.cli.papers._lines import made_by, rows
from mailwizard.model import Address, Failure
from mailwizard.net.clean import shown_word
from mailwizard.operations import papers, request
from mailwizard.operations.request import Answer

FORMAT = request.ANSWER_FORMAT
LIMIT = papers.LIMIT
TAKES = frozenset({"no_check"})
_WORDS = {"done": "done", "refused": "refused", "open": "not yet"}
read = request.read_answer


def lines(paper: Answer) -> list[str]:
    """Return what became of each thing that was asked for."""
    address = Address.parse(paper.address)
    found = [f"An answer file: what was done for {address.display}", *rows(made_by(paper))]
    found += rows([("Answers", f"the request with the code {paper.request}")])
    told = [
        (_WORDS[one.mark], request.title_of(one, address) + (f" ({one.remark})" if one.remark else ""))
        for one in paper.items
    ]
    return [*found, "", *(line for mark, text in told for line in labelled(mark, text, 2, 7))]


def shape(paper: Answer) -> dict[str, Any]:
    """Return the answer as it is printed."""
    from mailwizard.cli.paper_answers import Answered, MarkedItem

    address = Address.parse(paper.address)
    items = tuple(MarkedItem(one.cause, request.title_of(one, address), one.mark, one.remark) for one in paper.items)
    return {"answer": Answered(str(address), paper.request, items)}


def refuse(paper: Answer, options: argparse.Namespace) -> None:
    """Refuse nothing: an answer is only read."""


def apply(paper: Answer, options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    """Check the account again, unless nothing was done or JSON is wanted."""
    if options.json or options.no_check:
        return {}, Exit.HOLDS
    address = Address.parse(paper.address)
    if not any(one.mark == "done" for one in paper.items):
        say("Nothing was done yet, so there is nothing to check again.")
        return {}, Exit.HOLDS
    name = _account_of(address)
    if not name:
        again = f"mailwizard check --address {shown_word(str(address))}"
        say(f"To check it again: {again}, or mailwizard, which goes on with a draft.")
        return {}, Exit.HOLDS
    from mailwizard.cli import main

    say("", f"Checking {name} again:")
    return {}, main(["check", name])


def _account_of(address: Address) -> str:
    """Return the saved account of an address; nothing where there is none."""
    from mailwizard.storage.listing import load_all

    with suppress(Failure):
        return next((one.account.name for one in load_all().accounts if one.account.address == address), "")
    return ""
