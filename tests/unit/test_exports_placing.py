"""A block among what a person wrote: placed, replaced, and nothing else touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.exports.placing import others, place

NAMES = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="/\\"), min_size=1, max_size=10)
COMMENTS = st.sampled_from(["#", "//", ";"])
LINES = st.lists(st.sampled_from(["a = b", "# a comment", "", "password x\\", "é", "  more"]), max_size=6)
ENDS = st.sampled_from(["\n", "\r\n"])
TEXTS = st.lists(st.sampled_from(["host h", "", "port 1", "# say"]), min_size=1, max_size=4).map("\n".join)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    end = draw(ENDS)
    return (end.join(draw(LINES)) + draw(st.sampled_from(["", end]))).encode()


@given(before=files(), text=TEXTS, name=NAMES, comment=COMMENTS)
def test_a_new_block_leaves_every_byte_before_it(before: bytes, text: str, name: str, comment: str) -> None:
    after = place(f"{text}\n", before, name, comment)
    assert after.startswith(before)
    assert text.encode() in after.replace(b"\r\n", b"\n")
    if b"\r\n" in before.partition(b"\n")[0] + b"\n":
        assert b"\n" not in after.replace(b"\r\n", b"")


@given(before=files(), text=TEXTS, name=NAMES, comment=COMMENTS)
def test_the_same_text_again_changes_nothing(before: bytes, text: str, name: str, comment: str) -> None:
    after = place(f"{text}\n", before, name, comment)
    assert place(f"{text}\n", after, name, comment) == after


@given(
    before=files(),
    behind=files(),
    first=TEXTS,
    second=TEXTS,
    names=st.lists(NAMES, min_size=2, max_size=2, unique=True),
)
def test_only_the_account_s_own_block_is_replaced(
    before: bytes, behind: bytes, first: str, second: str, names: list[str]
) -> None:
    own, other = names
    start = place(f"{first}\n", before, own, "#")
    middle = place(f"{first}\n", start, other, "#") + behind
    after = place(f"{second}\n", middle, own, "#")
    assert after.startswith(before) and after.endswith(middle[len(start) :])
    assert place(f"{first}\n", after, own, "#") == middle
    assert len(others(after, own, "#")) == 1


def test_a_mark_at_the_very_end_without_a_line_end_stays_without_one() -> None:
    before = place("one\n", b"mine\n", "work", "#").removesuffix(b"\n")
    assert place("two\n", before, "work", "#") == before.replace(b"one", b"two")


def test_a_line_that_would_go_on_does_not_swallow_the_mark() -> None:
    after = place("one\n", b"set x = y\\\n", "work", "#").splitlines()
    assert after[1] == b"" and after[2].startswith(b"# >>> mailwizard: work")


@pytest.mark.parametrize(
    ("damaged", "line"),
    [
        (b"# >>> mailwizard: work\na\n", "line 1"),
        (b"a\n# <<< mailwizard: work\n", "line 2"),
        (b"# <<< mailwizard: work\n# >>> mailwizard: work\n", "line 1"),
        (b"# >>> mailwizard: work\n# >>> mailwizard: work\n# <<< mailwizard: work\n", "line 1"),
        (b"# >>> mailwizard: work\n# <<< mailwizard: home\n", "line 2"),
        (b"# >>> mailwizard: home\n", "line 1"),
    ],
)
def test_damaged_marks_are_refused_and_named(damaged: bytes, line: str) -> None:
    with pytest.raises(ValueError, match=line):
        place("one\n", damaged, "work", "#")


def test_doubled_blocks_are_refused() -> None:
    once = place("one\n", b"", "work", "#")
    with pytest.raises(ValueError, match="2 times"):
        place("one\n", once + once, "work", "#")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(ValueError, match="no text"):
        place("one\n", b"a\0b", "work", "#")


@pytest.mark.parametrize(
    "last", ["/* That's all, stop editing! Happy publishing. */", "require ABSPATH . 'wp-settings.php';"]
)
def test_wordpress_s_block_goes_above_the_line_that_ends_the_editing(last: str) -> None:
    above = ("That's all, stop editing!", "wp-settings.php")
    before = f"<?php\ndefine( 'A', 1 );\n{last}\n".encode()
    after = place("define( 'B', 2 );\n", before, "w?>", "//", above)
    start, _, rest = after.partition(b"// >>> mailwizard: ")
    block, _, end = rest.partition(b"// <<< mailwizard: ")
    assert start == b"<?php\ndefine( 'A', 1 );\n" and b"define( 'B', 2 );" in block
    assert end.partition(b"\n")[2].strip() == last.encode()
    assert b"?>" not in after
    with pytest.raises(ValueError, match="no line"):
        place("one\n", b"<?php\n", "work", "//", above)
