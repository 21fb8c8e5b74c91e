"""How far a list was worked through outlives the program."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mailwizard.model import Failure
from mailwizard.storage.worked import unfinished, working

A, B, C = ("a" * 32, "b" * 32, "c" * 32)
LIST = "/somewhere/people.csv"


def journal(home: Path) -> Path:
    (path,) = (home / ".local/state/mailwizard/lists").iterdir()
    return path


def test_what_was_begun_and_ended_is_known_to_the_next_run() -> None:
    with working(LIST, resume=False) as worked:
        worked.begin(A)
        worked.end(A, "saved")
        worked.begin(B)
    with working(LIST, resume=True) as worked:
        assert (worked.done, worked.begun) == ({A: "saved"}, frozenset({B}))
    assert unfinished(LIST) and not unfinished("/another/list.csv")


def test_without_resume_it_begins_anew() -> None:
    with working(LIST, resume=False) as worked:
        worked.end(A, "saved")
    with working(LIST, resume=False) as worked:
        assert (worked.done, worked.begun) == ({}, frozenset())


def test_only_one_program_works_on_a_list() -> None:
    with working(LIST, resume=False), pytest.raises(Failure, match="Another mailwizard"), working(LIST, resume=True):
        pytest.fail("two at once")
    with working(LIST, resume=True):
        pass


def test_a_line_that_was_half_written_and_nonsense_are_passed_over(home: Path) -> None:
    with working(LIST, resume=False) as worked:
        worked.end(A, "saved")
    path = journal(home)
    path.write_bytes(path.read_bytes() + b'[1]\n{"row": 7}\n{"row": "../etc"}\n\xff\n{"row": "' + B.encode()[:9])
    with working(LIST, resume=True) as worked:
        assert worked.done == {A: "saved"}
        worked.end(C, "refused")
    with working(LIST, resume=True) as worked:
        assert worked.done == {A: "saved", C: "refused"}


def test_it_is_nobody_else_s_and_a_link_in_its_place_is_refused(home: Path, tmp_path: Path) -> None:
    with working(LIST, resume=False):
        assert stat.S_IMODE(journal(home).stat().st_mode) == 0o600
    path, other = journal(home), tmp_path / "other"
    other.write_text("keep")
    path.unlink()
    path.symlink_to(other)
    with pytest.raises(Failure), working(LIST, resume=False):
        pytest.fail("it followed the link")
    assert other.read_text() == "keep"


def test_old_lists_are_forgotten(home: Path) -> None:
    with working(LIST, resume=False) as worked:
        worked.end(A, "saved")
    os.utime(journal(home), (0, 0))
    with working("/another/list.csv", resume=False):
        assert not unfinished(LIST)


def test_a_program_that_is_killed_loses_nothing_that_it_wrote() -> None:
    code = (
        "import os\nfrom mailwizard.storage.worked import working\n"
        f"with working({LIST!r}, resume=False) as worked:\n"
        f"    worked.end({A!r}, 'saved'); worked.begin({B!r}); os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with working(LIST, resume=True) as worked:
        assert (worked.done, worked.begun) == ({A: "saved"}, frozenset({B}))
