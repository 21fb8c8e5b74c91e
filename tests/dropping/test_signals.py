"""A check that is ended from outside leaves the terminal as it was and a draft; the long form is ``make signals``."""

from __future__ import annotations

import pytest
from tests.dropping.running import chosen, run


@pytest.mark.parametrize(("face", "way", "moment"), chosen(8, 4))
def test_a_check_that_is_ended_leaves_nothing_undone(face: str, way: str, moment: float) -> None:
    assert run(face, way, moment).faults == []
