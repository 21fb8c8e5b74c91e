"""What a check says of the messages it removed."""

from __future__ import annotations

import pytest

from mailwizard.checks.mailbox import Removed


@pytest.mark.parametrize(
    ("removed", "words"),
    [
        (Removed(1), "the message"),
        (Removed(2, 0, 1), "the message and its copy in Sent"),
        (Removed(3, 0, 2), "the message and 2 copies in Sent"),
        (Removed(3, 0, 1), "2 messages and its copy in Sent"),
        (Removed(1, 0, 1), "its copy in Sent"),
    ],
)
def test_what_is_gone_is_called_by_what_it_was(removed: Removed, words: str) -> None:
    assert removed.words == words
