"""A report's file: for its writer alone, as one step, and in nobody's place."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest
from tests.unit.reports import REFUSED, drafted, made

from mailwizard.checks.transcript import Conversation
from mailwizard.model import Failure
from mailwizard.net import Said
from mailwizard.report import FORMAT_LIMIT, contents, gather, read, to_text, write
from mailwizard.report.gathering import Run
from mailwizard.report.telling import duration


def test_it_is_written_for_its_writer_alone_whatever_the_umask(tmp_path: Path) -> None:
    path, before = tmp_path / "run.mwz", os.umask(0)
    try:
        write(path, made())
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600 and path.stat().st_nlink == 1
    assert read(path.read_bytes()) and [*tmp_path.glob("*run*")] == [path]


def test_what_is_there_stays_unless_it_may_go(tmp_path: Path) -> None:
    path = tmp_path / "run.mwz"
    path.write_text("mine")
    with pytest.raises(ValueError, match="is there already; name another file"):
        write(path, made())
    assert path.read_text() == "mine" and [*tmp_path.glob("*run*")] == [path]
    write(path, made(), force=True)
    assert read(path.read_bytes()) and [*tmp_path.glob("*run*")] == [path]


@pytest.mark.parametrize("force", [True, False])
def test_a_link_or_a_pipe_is_never_written_to(tmp_path: Path, force: bool) -> None:
    (tmp_path / "goal").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "goal")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises((Failure, ValueError)):
            write(tmp_path / name, made(), force=force)
    assert (tmp_path / "goal").read_text() == "mine" and (tmp_path / "link").is_symlink()


def test_where_files_have_one_name_only_it_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EPERM, "no second names here")

    monkeypatch.setattr(os, "link", never)
    write(tmp_path / "run.mwz", made())
    assert read((tmp_path / "run.mwz").read_bytes())
    with pytest.raises(ValueError, match="is there already"):
        write(tmp_path / "run.mwz", made())


def test_of_a_long_conversation_the_middle_is_left_out_and_the_file_can_be_opened() -> None:
    said = tuple(Said(bool(at % 2), f"line {at} " + "x" * 900, True, float(at)) for at in range(2000))
    run = Run(conversations=tuple(Conversation(f"imap://{at}", "192.0.2.1", "", said) for at in range(3)))
    report = gather(drafted(), run)
    text = to_text(report)
    assert len(text) < FORMAT_LIMIT and read(text.encode()) == report
    lines = [one.text for one in report.transcript[0].said]
    assert lines[0].startswith("line 0 ") and lines[-1].startswith("line 1999 ")
    assert any("lines are left out here" in line for line in lines)


def test_bytes_of_the_surroundings_that_are_no_text_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", os.fsdecode(b"/tmp/\xff\x1b[31m.pem"))
    report = read(to_text(made()).encode())
    assert "\\xff␛[31m" in dict(report.environment.authorities)["SSL_CERT_FILE"]


def test_a_person_is_told_what_is_in_it() -> None:
    rows = dict(contents(made(drafted(evidence=(REFUSED, REFUSED)))))
    assert rows["Account"] == "alice@example.com" and "imap://imap.example.com:993/tls" in rows["Servers"]
    assert rows["Steps"].startswith("2 steps (2 fail)") and rows["Said"] == "2 lines over 1 connection"
    assert "stands in 1 place" in rows["Secrets"] and "as they are" in rows["Names"]
    other = dict(contents(made(pseudonyms=True)))
    assert other["Names"].startswith("other names") and "alice" not in "".join(other.values())


def test_a_diagnosis_points_at_what_has_ended() -> None:
    report = made()
    assert [report.evidence[at].code for at in report.diagnoses[0].evidence] == [REFUSED.code]


@pytest.mark.parametrize(
    ("seconds", "told"), [(90, "90 seconds"), (600, "10 minutes"), (9000, "2 hours"), (1e6, "12 days")]
)
def test_a_time_is_told_in_the_unit_that_fits(seconds: float, told: str) -> None:
    assert duration(seconds) == told
