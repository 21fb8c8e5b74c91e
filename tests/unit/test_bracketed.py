"""A paste arrives in order and without control sequences, however it is cut into pieces."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from mailwizard.tui.bracketed import END, START, PasteCleaner, _Parser, plain

LOG = "\x1b[31mERROR\x1b[0m 535 5.7.8 no\r\x1b]0;title\x07\x1b[1;33mlogin\x1b[m failed\x1b for \x1b\x1b[2Kalice"
CLEAN = "ERROR 535 5.7.8 no\rlogin failed for alice"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1000])
def test_a_coloured_paste_keeps_its_order_however_it_is_read(size: int) -> None:
    parser, cleaner = _Parser(), PasteCleaner()
    data = f"a{START}{LOG}{END}b\x1b[A{START}{END}{START}x{END}"
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert "".join(map(cleaner.clean, pieces)) == f"a{START}{CLEAN}{END}b\x1b[A{START}{END}{START}x{END}"
    events = [event for piece in pieces for event in parser.feed(piece)]
    told = [event.text if isinstance(event, Paste) else event.key for event in events if isinstance(event, Key | Paste)]
    assert [one for one in told if one] == ["a", CLEAN, "b", "up", "x"]


def test_a_text_is_cleaned_as_a_paste_is() -> None:
    assert plain(LOG) == CLEAN
    assert plain("nothing in it") == "nothing in it"
