"""The old file or the new one, never neither, and never a false "saved"."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailwizard.model import Failure
from mailwizard.storage import files
from mailwizard.storage.faults import faults
from mailwizard.storage.folders import locked, make_folder


@pytest.fixture
def folder(home: Path) -> Path:
    """Return a folder of our own."""
    place = home / "ours"
    make_folder(place)
    return place


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def litter(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".tmp")]


@pytest.fixture(params=[0o000, 0o022, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Set a umask for one test."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_files_are_private_whatever_the_umask(home: Path, umask: int) -> None:
    place = home / "deep" / "er"
    with locked(place, "inner"):
        files.write(place / "inner" / "x", b"1")
        files.write(place / "inner" / "x", b"2")
    assert [mode(each) for each in (home / "deep", place, place / "inner")] == [0o700] * 3
    assert [mode(place / "inner" / name) for name in ("x", "x.old")] == [0o600, 0o600]
    assert mode(place / ".lock") & 0o077 == 0


def test_files_for_everybody_can_be_read_by_everybody(home: Path, umask: int) -> None:
    place = home / "etc"
    with locked(place, private=False):
        files.write(place / "x", b"1", private=False)
    assert mode(place) == 0o755
    assert mode(place / "x") == 0o644


def test_a_folder_of_ours_that_is_too_open_is_closed(home: Path) -> None:
    (home / "ours").mkdir()
    (home / "ours").chmod(0o777)
    make_folder(home / "ours")
    assert mode(home / "ours") == 0o700


def test_the_version_before_is_kept_once(folder: Path) -> None:
    for text in (b"1", b"2", b"3"):
        files.write(folder / "x", text)
    assert files.read(folder / "x") == b"3"
    assert files.read(folder / "x.old") == b"2"
    assert sorted(path.name for path in folder.iterdir()) == ["x", "x.old"]


def test_what_was_kept_can_be_put_back(folder: Path) -> None:
    files.write(folder / "x", b"1")
    files.write(folder / "x", b"2")
    files.restore(folder / "x")
    assert files.read(folder / "x") == b"1"


def test_what_is_taken_away_stays_once(folder: Path) -> None:
    files.write(folder / "x", b"1")
    files.retire(folder / "x")
    assert not files.is_there(folder / "x")
    assert files.read(folder / "x.old") == b"1"
    with pytest.raises(Failure) as caught:
        files.retire(folder / "x")
    assert caught.value.code == "store.missing"


@pytest.mark.parametrize("change", [files.retire, files.restore])
def test_a_file_that_a_crash_left_with_both_names_has_one_afterwards(
    folder: Path, change: Callable[[Path], None]
) -> None:
    files.write(folder / "x", b"1")
    os.link(folder / "x", folder / "x.old")
    change(folder / "x")
    assert [path.name for path in folder.iterdir()] == ["x.old" if change is files.retire else "x"]


def test_a_file_that_is_not_there_is_none() -> None:
    assert files.read(Path("/nonexistent/x")) is None
    assert not files.is_there(Path("/nonexistent/x"))


def test_erasing_twice_is_no_failure(folder: Path) -> None:
    files.write(folder / "x", b"1")
    files.erase(folder / "x")
    files.erase(folder / "x")
    assert not files.is_there(folder / "x")


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    (folder / "x").write_bytes(b"x" * 100)
    assert files.read(folder / "x", limit=100) == b"x" * 100
    with pytest.raises(Failure) as caught:
        files.read(folder / "x", limit=99)
    assert caught.value.code == "store.damaged"


@pytest.mark.parametrize("step", ["open", "fchmod", "write", "fsync", "rename", "close"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EACCES])
def test_a_step_that_fails_leaves_the_old_file_and_no_litter(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    files.write(folder / "x", b"old")
    real: Callable[..., Any] = getattr(os, step)
    calls = {"left": 1 if step in {"open", "close"} else 0}

    def failing(*arguments: Any, **named: Any) -> Any:
        if calls["left"] == 0:
            calls["left"] = -1
            if step == "close":
                real(*arguments)
            raise OSError(number, os.strerror(number))
        calls["left"] -= 1
        return real(*arguments, **named)

    if step == "close":
        calls["left"] = 0
    monkeypatch.setattr(os, step, failing)
    with pytest.raises(Failure) as caught:
        files.write(folder / "x", b"new")
    monkeypatch.undo()
    assert caught.value.code in {"store.full", "store.failed", "store.denied"}
    assert str(folder / "x") in caught.value.detail
    assert (folder / "x").read_bytes() == b"old"
    assert not litter(folder)


@pytest.mark.parametrize("there", [True, False])
def test_an_unsettled_folder_is_never_called_saved(folder: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    if there:
        files.write(folder / "x", b"old")
    real = os.fsync

    def failing(fd: int) -> None:
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise OSError(errno.EIO, "broken")
        real(fd)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Failure):
        files.write(folder / "x", b"new")
    monkeypatch.undo()
    assert files.read(folder / "x") == (b"old" if there else None)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_whose_folders_cannot_be_settled_is_good_enough(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.fsync

    def refusing(fd: int) -> None:
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise OSError(number, "not here")
        real(fd)

    monkeypatch.setattr(os, "fsync", refusing)
    files.write(folder / "x", b"new")
    assert files.read(folder / "x") == b"new"


def test_an_interrupt_leaves_the_old_file_and_no_litter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(folder / "x", b"old")

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write(folder / "x", b"new")
    monkeypatch.undo()
    assert (folder / "x").read_bytes() == b"old"
    assert not litter(folder)


def test_a_file_system_without_second_names_keeps_a_copy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(folder / "x", b"1")

    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refused)
    files.write(folder / "x", b"2")
    assert (folder / "x.old").read_bytes() == b"1"
    assert mode(folder / "x.old") == 0o600
    assert not litter(folder)


def test_a_crash_between_the_two_names_is_mended_by_the_next_save(folder: Path) -> None:
    files.write(folder / "x", b"1")
    os.link(folder / "x", folder / "x.old")
    files.write(folder / "x", b"2")
    assert (folder / "x").read_bytes() == b"2"
    assert (folder / "x.old").read_bytes() == b"1"
    assert not litter(folder)


def test_a_link_in_the_file_s_place_is_refused_and_what_it_leads_to_stays(folder: Path, home: Path) -> None:
    outside = home / "outside"
    outside.write_bytes(b"theirs")
    (folder / "x").symlink_to(outside)
    with pytest.raises(Failure) as caught:
        files.write(folder / "x", b"new")
    assert caught.value.code == "store.denied" and "is a link" in caught.value.detail
    assert outside.read_bytes() == b"theirs"
    assert (folder / "x").is_symlink()


def test_a_dangling_link_is_refused(folder: Path, home: Path) -> None:
    (folder / "x").symlink_to(home / "new")
    with pytest.raises(Failure):
        files.write(folder / "x", b"new")
    assert not (home / "new").exists()


def test_a_second_name_of_somebody_s_file_keeps_its_content(folder: Path, home: Path) -> None:
    outside = home / "outside"
    outside.write_bytes(b"theirs")
    os.link(outside, folder / "x")
    files.write(folder / "x", b"new")
    assert outside.read_bytes() == b"theirs"
    assert (folder / "x").read_bytes() == b"new"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_plain_file_is_neither_read_nor_replaced(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder / "x")
    with pytest.raises(Failure) as caught:
        files.read(folder / "x")
    assert caught.value.code == "store.denied"
    with pytest.raises(Failure) as caught:
        files.write(folder / "x", b"new")
    assert caught.value.code == "store.denied"
    assert not litter(folder)


def test_the_lock_itself_cannot_be_a_link(folder: Path, home: Path) -> None:
    (folder / ".lock").symlink_to(home / "new")
    with pytest.raises(Failure) as caught, locked(folder):
        pass
    assert caught.value.code == "store.denied"
    assert not (home / "new").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_that_permits_nothing_is_named(folder: Path) -> None:
    folder.chmod(0o755)
    script = (
        "import os; from pathlib import Path; from mailwizard.model import Failure\n"
        "from mailwizard.storage import files, folders; os.setgroups([]); os.setuid(54321)\n"
        f"try: folders.make_folder(Path({str(folder / 'new')!r}))\n"
        "except Failure as failure: print(failure)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("store.denied: ") and str(folder.parent) in done.stdout
    assert not (folder / "new").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_somebody_else_is_left_alone(folder: Path) -> None:
    (folder / "x").write_bytes(b"theirs")
    os.chown(folder / "x", 65534, 65534)
    with pytest.raises(Failure) as caught:
        files.read(folder / "x")
    assert caught.value.code == "store.denied" and "65534" in caught.value.detail
    with pytest.raises(Failure) as caught:
        files.write(folder / "x", b"new")
    assert caught.value.code == "store.denied" and "65534" in caught.value.detail
    assert (folder / "x").read_bytes() == b"theirs"
    os.chown(folder, 65534, 65534)
    with pytest.raises(Failure) as caught:
        make_folder(folder)
    assert caught.value.code == "store.denied"


def test_a_missing_home_is_not_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home / "gone"))
    with pytest.raises(Failure) as caught:
        make_folder(home / "gone" / ".config" / "mailwizard")
    assert caught.value.code == "store.missing" and str(home / "gone") in caught.value.detail
    assert not (home / "gone").exists()


def test_a_file_where_a_folder_should_be_is_named(home: Path) -> None:
    (home / "config").write_text("")
    with pytest.raises(Failure) as caught:
        make_folder(home / "config" / "mailwizard")
    assert caught.value.code == "store.denied" and "config" in caught.value.detail


def test_a_failure_s_sentence_cannot_act_on_a_terminal() -> None:
    with pytest.raises(Failure) as caught, faults(Path("/tmp/\x1b]0;title\x07")):
        raise OSError(errno.ENOSPC, "")
    assert caught.value.detail.isprintable()


def test_litter_of_the_dead_is_removed_and_that_of_the_living_stays(folder: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    dead = folder / f".x.{child.pid}-00000000.tmp"
    living = folder / f".x.{os.getppid()}-00000000.tmp"
    foreign = folder / ".person.tmp"
    for each in (dead, living, foreign):
        each.write_bytes(b"")
    with locked(folder):
        pass
    assert not dead.exists()
    assert living.exists() and foreign.exists()


def test_a_lock_that_is_never_given_back_ends_in_a_sentence(folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from mailwizard.storage.folders import locked\n"
        f"with locked(Path({str(folder)!r})):\n print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout and holder.stdout.readline() == "held\n"
    begun = time.monotonic()
    with pytest.raises(Failure) as caught, locked(folder, limit=0.2):
        pass
    assert caught.value.code == "store.timeout" and str(folder) in caught.value.detail
    assert time.monotonic() - begun < 5
    holder.kill()
    holder.communicate()
    with locked(folder, limit=5):
        files.write(folder / "x", b"1")


def test_a_limit_on_the_size_of_files_leaves_the_old_file(folder: Path) -> None:
    (folder / "x").write_bytes(b"old")
    script = (
        "import resource; from pathlib import Path; from mailwizard.model import Failure\n"
        "from mailwizard.storage import files\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        f"try: files.write(Path({str(folder / 'x')!r}), b'n' * 10000)\n"
        "except Failure as failure: print(failure.code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "store.full\n"
    assert (folder / "x").read_bytes() == b"old"
    assert not litter(folder)


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """Mount a file system of 64 kB, where this user may."""
    place = home / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this user may not mount a file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_leaves_the_old_file(small_disk: Path) -> None:
    files.write(small_disk / "x", b"old")
    with pytest.raises(Failure) as caught:
        files.write(small_disk / "x", b"n" * 200_000)
    assert caught.value.code == "store.full"
    assert str(small_disk / "x") in caught.value.detail
    assert (small_disk / "x").read_bytes() == b"old"
    assert not litter(small_disk)


def test_a_read_only_disk_is_named(small_disk: Path) -> None:
    files.write(small_disk / "x", b"old")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(Failure) as caught:
        files.write(small_disk / "x", b"new")
    assert caught.value.code == "store.read-only"
    assert str(small_disk / "x") in caught.value.detail
    with pytest.raises(Failure) as caught:
        make_folder(small_disk / "new")
    assert caught.value.code == "store.read-only"
    assert files.read(small_disk / "x") == b"old"


def test_a_folder_of_one_s_own_that_is_linked_in_is_used_and_its_mode_stays(home: Path) -> None:
    (home / "dotfiles").mkdir(mode=0o755)
    (home / "dotfiles").chmod(0o755)
    (home / "ours").symlink_to(home / "dotfiles")
    with locked(home / "ours", "inner"):
        files.write(home / "ours" / "inner" / "x", b"1")
    assert mode(home / "dotfiles") == 0o755
    assert mode(home / "dotfiles" / "inner") == 0o700
    assert mode(home / "dotfiles" / "inner" / "x") == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("given", ["link", "target", "link above"])
def test_a_link_to_or_of_somebody_else_is_neither_followed_nor_is_its_target_changed(home: Path, given: str) -> None:
    (home / "theirs").mkdir()
    (home / "theirs").chmod(0o777)
    (home / "ours").symlink_to(home / "theirs")
    strange = home / "theirs" if given == "target" else home / "ours"
    os.chown(strange, 54321, 54321, follow_symlinks=False)
    with pytest.raises(Failure) as caught, locked(home / "ours" / "deep" if given == "link above" else home / "ours"):
        pass
    assert caught.value.code == "store.denied" and "54321" in caught.value.detail
    assert mode(home / "theirs") == 0o777
    assert list((home / "theirs").iterdir()) == []


def test_a_link_that_leads_nowhere_is_no_folder(home: Path) -> None:
    (home / "ours").symlink_to(home / "nowhere")
    with pytest.raises(Failure) as caught:
        make_folder(home / "ours")
    assert caught.value.code == "store.missing"
    assert not (home / "nowhere").exists()


class Journal:
    """Writes down what is done to which file, around the real calls of the operating system."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.entries: list[tuple[str, int]] = []
        for name in ("write", "fsync"):
            monkeypatch.setattr(os, name, self._around(name, getattr(os, name)))
        for name in ("rename", "link"):
            monkeypatch.setattr(os, name, self._around_names(name, getattr(os, name)))

    def _around(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(fd: int, *arguments: Any) -> Any:
            self.entries.append((name, os.fstat(fd).st_ino))
            return real(fd, *arguments)

        return call

    def _around_names(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            inode = os.stat(arguments[0], dir_fd=named.get("src_dir_fd"), follow_symlinks=False).st_ino
            self.entries.append((name, inode))
            return real(*arguments, **named)

        return call

    def of(self, path: Path) -> list[str]:
        """Return what was done to one file or folder."""
        return [name for name, inode in self.entries if inode == path.stat().st_ino]


def test_a_file_is_on_the_disk_before_it_takes_its_name_and_the_name_before_it_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(monkeypatch)
    files.write(folder / "x", b"new")
    assert journal.of(folder / "x") == ["write", "fsync", "rename"]
    assert journal.entries[-1] == ("fsync", folder.stat().st_ino)


def test_the_copy_that_is_kept_is_on_the_disk_before_it_takes_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no hard links here")

    files.write(folder / "x", b"1")
    journal = Journal(monkeypatch)
    monkeypatch.setattr(os, "link", refused)
    files.write(folder / "x", b"2")
    assert journal.of(folder / "x.old") == ["write", "fsync", "rename"]
    assert journal.of(folder / "x") == ["write", "fsync", "rename"]
    assert journal.entries[-1] == ("fsync", folder.stat().st_ino)


@pytest.mark.parametrize("change", [files.retire, files.erase, files.restore])
def test_a_change_of_names_is_on_the_disk_before_it_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    files.write(folder / "x", b"1")
    files.write(folder / "x", b"2")
    journal = Journal(monkeypatch)
    change(folder / "x")
    assert journal.entries[-1] == ("fsync", folder.stat().st_ino)
