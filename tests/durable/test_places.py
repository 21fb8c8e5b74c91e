"""What stands in the place of a file or folder, and disks that take nothing: a clear sentence, and nothing outside."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.durable.actions import ALICE, DRAFT, NEW, OLD

from mailwizard.model import Failure
from mailwizard.storage import drafts, files, journal, profiles, settings
from mailwizard.storage.clients import SavedClient
from mailwizard.storage.clients import save as save_client
from mailwizard.storage.folders import locked

ROOT = os.geteuid() == 0
SOMEBODY = 65534
SWAPS = int(os.environ.get("MAILWIZARD_SWAPS", "500"))
WRITES: dict[str, tuple[str, Callable[[], object]]] = {
    "account": (".config/mailwizard/accounts/alice.toml", lambda: profiles.save(ALICE, OLD, replace=True)),
    "server": (".config/mailwizard/servers/alice.toml", lambda: profiles.save(ALICE, NEW, replace=True)),
    "settings": (".config/mailwizard/settings.toml", lambda: settings.save("default", "alice")),
    "client": (".config/mailwizard/clients/google.toml", lambda: save_client(SavedClient("google", "id"))),
    "draft": (".local/state/mailwizard/drafts/dora@example.com.json", lambda: drafts.keep(DRAFT)),
    "letters": (".local/state/mailwizard/journal.json", lambda: journal.keep("0" * 32, "imap.example.com:993", "a")),
}


def _fifo(path: Path, home: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path, home: Path) -> None:
    with socket.socket(socket.AF_UNIX) as ear:
        before = Path.cwd()
        os.chdir(path.parent)  # a socket's path has little room
        try:
            ear.bind(path.name)
        finally:
            os.chdir(before)


def _device(path: Path, home: Path) -> None:
    try:
        os.mknod(path, 0o666 | 0o020000, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("this user may make no devices")


def _folder(path: Path, home: Path) -> None:
    path.mkdir()


def _symlink(path: Path, home: Path) -> None:
    path.symlink_to(home / "outside")


def _dangling(path: Path, home: Path) -> None:
    path.symlink_to(home / "nowhere")


def _theirs(path: Path, home: Path) -> None:
    if not ROOT:
        pytest.skip("only root can give a file away")
    path.write_bytes(b"theirs")
    os.chown(path, SOMEBODY, SOMEBODY)


@pytest.mark.parametrize("put", [_fifo, _socket, _device, _folder, _symlink, _dangling, _theirs])
@pytest.mark.parametrize("what", WRITES)
def test_what_is_no_file_of_ours_is_named_and_left_alone(
    home: Path, what: str, put: Callable[[Path, Path], None]
) -> None:
    place, write = WRITES[what]
    (home / "outside").write_bytes(b"# theirs")
    path = home / place
    path.parent.mkdir(parents=True, mode=0o700)
    put(path, home)
    before = path.lstat()
    with pytest.raises(Failure) as caught:
        write()
    assert caught.value.code == "store.denied" and str(path) in caught.value.detail
    assert caught.value.detail.endswith(".")
    after = path.lstat()
    assert (before.st_ino, before.st_mode, before.st_uid) == (after.st_ino, after.st_mode, after.st_uid)
    assert (home / "outside").read_bytes() == b"# theirs" and not (home / "nowhere").exists()


@pytest.mark.parametrize("what", WRITES)
def test_a_second_name_elsewhere_keeps_its_content(home: Path, what: str) -> None:
    place, write = WRITES[what]
    write()
    outside = home / "outside"
    os.link(home / place, outside)
    before = outside.read_bytes()
    (home / place).write_bytes(before)
    profiles.save(replace(ALICE, display_name="other"), replace(NEW, description="other"), replace=True)
    settings.save("default", "bob")
    save_client(SavedClient("google", "other"))
    drafts.keep(replace(DRAFT, display_name="other"))
    journal.keep("1" * 32, "imap.example.com:993", "a")
    assert outside.read_bytes() == before
    assert (home / place).read_bytes() != before


@pytest.mark.skipif(not ROOT, reason="only root can give a folder away")
@pytest.mark.parametrize("what", WRITES)
def test_a_folder_of_somebody_else_is_left_alone(home: Path, what: str) -> None:
    place, write = WRITES[what]
    folder = (home / place).parent
    folder.mkdir(parents=True)
    os.chown(folder, SOMEBODY, SOMEBODY)
    with pytest.raises(Failure) as caught:
        write()
    assert caught.value.code == "store.denied" and str(folder) in caught.value.detail
    assert not list(folder.iterdir())


@pytest.mark.parametrize("what", WRITES)
def test_a_folder_that_a_group_may_write_is_closed_before_anything_is_in_it(home: Path, what: str) -> None:
    place, write = WRITES[what]
    folder = (home / place).parent
    folder.mkdir(parents=True)
    folder.chmod(0o770)
    write()
    assert folder.stat().st_mode & 0o077 == 0
    assert (home / place).stat().st_mode & 0o077 == 0


SWAPPING = """
import os, sys
from contextlib import suppress
path, outside, folder, swaps, tries = sys.argv[1], sys.argv[2], sys.argv[3] == "True", 0, 0
spare = path + ".spare"
while swaps < int(sys.argv[4]):
    tries += 1
    aside = f"{path}.aside{tries}"
    with suppress(OSError):
        os.unlink(spare)
    with suppress(OSError):
        os.symlink(outside, spare)
        if folder:
            os.rename(path, aside)
        os.rename(spare, path)
        swaps += 1
    with suppress(OSError):
        if folder:
            os.unlink(path)
            os.rename(aside, path)
        else:
            os.close(os.open(spare, os.O_WRONLY | os.O_CREAT, 0o600))
            os.rename(spare, path)
"""
"""Lets a path be a thing of ours and a link to somebody else's in turn, as fast as can be."""


@pytest.mark.parametrize("folder", [False, True])
def test_a_race_for_the_place_writes_nothing_outside(home: Path, folder: bool) -> None:
    """Somebody swaps the file, or its folder, for a link as often as can be while it is written again and again."""
    ours, outside = home / "ours", home / "outside"
    for each in (ours, outside):
        each.mkdir(mode=0o700)
    (outside / "x").write_bytes(b"theirs")
    if ROOT:
        os.chown(outside, SOMEBODY, SOMEBODY)
        os.chown(outside / "x", SOMEBODY, SOMEBODY)
    (ours / "x").write_bytes(b"ours")
    path, led = (ours, outside) if folder else (ours / "x", outside / "x")
    racer = subprocess.Popen([sys.executable, "-c", SWAPPING, str(path), str(led), str(folder), str(SWAPS)])
    refused = written = 0
    while racer.poll() is None:
        try:
            with locked(ours):
                files.write(ours / "x", b"new")
            written += 1
        except Failure:
            refused += 1
    assert racer.returncode == 0 and refused and written
    assert (outside / "x").read_bytes() == b"theirs"
    assert [path.name for path in outside.iterdir()] == ["x"]


ALONE = """
import os, sys
from tests.durable.actions import ALICE, NEW, OLD, quick, asked
from mailwizard.cli.endings import Ending
from mailwizard.cli.running import run
from mailwizard.model import Credential
from mailwizard.storage import saving
quick()
with Ending() as ending:
    run(saving.save_account(ALICE, OLD if sys.argv[1] == "old" else NEW, Credential("alice", sys.argv[1]),
        store="vault", passphrase=asked, replace=True))
raise SystemExit(ending.code)
"""


def save(
    home: Path | None, which: str, prefix: tuple[str, ...] = (), before: Callable[[], None] | None = None
) -> tuple[int, str]:
    """Save an account and its secret in a process of its own; return its exit code and what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "HOME"))}
    environment |= {"HOME": str(home)} if home else {}
    done = subprocess.run(
        [*prefix, sys.executable, "-c", ALONE, which],
        capture_output=True, text=True, check=False, env=environment, preexec_fn=before,
    )  # fmt: skip
    return done.returncode, done.stderr


def secret(home: Path) -> str:
    """Return the account's secret, as a process of its own finds it."""
    script = (
        "import asyncio; from tests.durable.actions import asked; from mailwizard.storage import profiles, secrets\n"
        "print(asyncio.run(secrets.get(profiles.load('alice').account.secret, asked)))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**environment, "HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def told(result: tuple[int, str], *words: str) -> None:
    """Require exit code 30 and one sentence with some words in it."""
    code, said = result
    assert code == 30, said
    assert said.startswith("mailwizard: ") and said.count("\n") == 1 and said.endswith(".\n"), said
    assert all(word in said for word in words), said


def tree(home: Path) -> dict[str, bytes]:
    """Return every file of ours."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 64 kB, where this user may."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_keeps_what_was_saved(disk: Path) -> None:
    assert save(disk, "old") == (0, "")
    before = tree(disk)
    with suppress(OSError), (disk / "filler").open("wb") as filler:
        while True:
            filler.write(b"x" * 1024)
            filler.flush()
    told(save(disk, "new"), str(disk), "no room")
    (disk / "filler").unlink()
    assert tree(disk) == before
    assert save(disk, "new") == (0, "") and tree(disk) != before


def test_a_disk_that_fills_up_in_the_middle_keeps_old_or_new(disk: Path) -> None:
    """However much room is left, from none to enough, the account and its secret are of the same save."""
    assert save(disk, "old") == (0, "")
    before = tree(disk)
    ended = set()
    for left in range(0, 40, 4):
        filler = disk / "filler"
        with suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(b"x" * 1024)
                file.flush()
        os.truncate(filler, max(filler.stat().st_size - left * 1024, 0))
        code, said = save(disk, "new")
        filler.unlink()
        ended.add(code)
        if code:
            told((code, said), "no room")
            kept = tree(disk)
            assert all(kept[name] == data for name, data in before.items() if "vault" not in name), left
            assert secret(disk) == "old", left
        else:
            assert secret(disk) == "new"
            break
    assert ended == {0, 30}


def test_a_disk_that_may_only_be_read_is_named(tmp_path: Path) -> None:
    place, shown = tmp_path / "kept", tmp_path / "shown"
    place.mkdir()
    shown.mkdir()
    assert save(place, "old") == (0, "")
    if not shutil.which("mount") or subprocess.run(["mount", "--bind", place, shown], capture_output=True).returncode:
        pytest.skip("this user may not mount a folder")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", shown], check=True)
        told(save(shown, "new"), str(shown), "read-only")
    finally:
        subprocess.run(["umount", shown], check=True)
    assert save(place, "old")[0] == 0


def test_a_limit_on_the_size_of_files_keeps_what_was_saved(tmp_path: Path) -> None:
    assert save(tmp_path, "old") == (0, "")
    before = tree(tmp_path)
    told(save(tmp_path, "new", before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))), "limit")
    assert tree(tmp_path) == before


@pytest.mark.skipif(not (ROOT and shutil.which("setpriv")), reason="only root can become somebody else")
def test_a_home_of_somebody_else_is_named(tmp_path: Path) -> None:
    home = tmp_path / "theirs"
    home.mkdir(mode=0o755)
    somebody = ("setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups")
    if subprocess.run([*somebody, sys.executable, "-c", "import mailwizard"], capture_output=True).returncode:
        pytest.skip("somebody else may not start this interpreter")
    told(save(home, "old", somebody), "permissions")
    assert not list(home.iterdir())


def test_a_home_that_is_not_there_is_named(tmp_path: Path) -> None:
    told(save(tmp_path / "gone", "old"), str(tmp_path / "gone"), "does not exist")
    assert not (tmp_path / "gone").exists()


@pytest.mark.skipif(not (ROOT and shutil.which("setpriv")), reason="only root can become somebody without a home")
def test_a_home_that_nothing_names_is_asked_for() -> None:
    nobody = ("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups")
    if subprocess.run([*nobody, sys.executable, "-c", "import mailwizard"], capture_output=True).returncode:
        pytest.skip("somebody else may not start this interpreter")
    told(save(None, "old", nobody), "HOME")
