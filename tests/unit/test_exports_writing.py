"""Writing an export into a file of a person: what is shown first, what is kept, and what is left alone."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from mailwizard.exports import export, targets
from mailwizard.exports.placing import place
from mailwizard.exports.setup import Setup, Side
from mailwizard.exports.writing import carry_out, foresee
from mailwizard.model import Address, AuthKind, Endpoint, Failure, Protocol
from mailwizard.storage import foreign

MSMTP, JSON, ENV = (targets()[name] for name in ("msmtp", "json", "env"))
PERSONAL = b"# mine\ndefaults\naccount home\nhost h.example\npassword hunter2\n"


def setup(host: str = "smtp.example.com", name: str = "work") -> Setup:
    side = Side(Endpoint.parse(Protocol.SMTP, host), "alice", AuthKind.PASSWORD)
    return Setup(name, Address.parse("alice@example.com"), outgoing=side)


def write(path: Path, host: str = "smtp.example.com", target: str = "msmtp", name: str = "work") -> Path | None:
    text = export(setup(host, name), target)
    return carry_out(targets()[target], text, foresee(targets()[target], text, path, name), name)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_for_the_user_alone(home: Path) -> None:
    os.umask(0o022)
    path = home / ".config" / "msmtp" / "config"
    assert write(path) is None
    assert mode(path) == 0o600 and mode(path.parent) == 0o700
    assert b"smtp.example.com" in path.read_bytes()


def test_a_person_s_file_keeps_its_lines_its_mode_and_a_copy(home: Path) -> None:
    path = home / ".msmtprc"
    path.write_bytes(PERSONAL)
    path.chmod(0o640)
    kept = write(path)
    assert path.read_bytes().startswith(PERSONAL) and mode(path) == 0o640
    assert kept == path.with_name(".msmtprc.mailwizard-old")
    assert kept.read_bytes() == PERSONAL and mode(kept) == 0o640
    write(path, "other.example.com")
    assert path.read_bytes().count(b"mailwizard:") == 2 and b"smtp.example.com" not in path.read_bytes()
    assert sorted(one.name for one in home.glob(".ms*")) == [".msmtprc", ".msmtprc.mailwizard-old"]


def test_what_is_shown_first_holds_no_line_of_the_person(home: Path) -> None:
    path = home / ".msmtprc"
    path.write_bytes(PERSONAL)
    change = foresee(MSMTP, export(setup(), "msmtp"), path, "work")
    assert path.read_bytes() == PERSONAL
    assert "+host smtp.example.com" in change.diff
    assert not any("hunter2" in line or "h.example" in line for line in change.diff)


def test_the_same_again_changes_nothing(home: Path) -> None:
    write(home / ".msmtprc")
    assert foresee(MSMTP, export(setup(), "msmtp"), home / ".msmtprc", "work").diff == ()


def test_a_change_by_somebody_else_meanwhile_is_not_lost(home: Path) -> None:
    path = home / ".msmtprc"
    write(path)
    text = export(setup("other.example.com"), "msmtp")
    change = foresee(MSMTP, text, path, "work")
    path.write_bytes(path.read_bytes().replace(b"alice", b"bob"))
    changed = path.read_bytes()
    with pytest.raises(Failure) as caught:
        carry_out(MSMTP, text, change, "work")
    assert caught.value.code == "store.changed" and path.read_bytes() == changed


def test_a_link_of_the_user_is_followed_to_a_file_of_the_user(home: Path) -> None:
    dotfiles = home / "dotfiles"
    dotfiles.mkdir()
    (dotfiles / "msmtprc").write_bytes(PERSONAL)
    (home / ".msmtprc").symlink_to(dotfiles / "msmtprc")
    write(home / ".msmtprc")
    assert (home / ".msmtprc").is_symlink()
    assert b"smtp.example.com" in (dotfiles / "msmtprc").read_bytes()
    assert (dotfiles / "msmtprc.mailwizard-old").read_bytes() == PERSONAL


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a file away")
def test_root_leaves_a_file_its_owner(home: Path) -> None:
    path = home / ".msmtprc"
    path.write_bytes(PERSONAL)
    os.chown(path, 12345, 54321)
    kept = write(path)
    assert kept is not None
    assert all((one.stat().st_uid, one.stat().st_gid) == (12345, 54321) for one in (path, kept))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a link away")
def test_a_link_of_somebody_else_is_not_followed(home: Path) -> None:
    (home / "victim").write_bytes(PERSONAL)
    (home / ".msmtprc").symlink_to(home / "victim")
    os.lchown(home / ".msmtprc", 12345, 54321)
    with pytest.raises(Failure) as caught:
        write(home / ".msmtprc")
    assert caught.value.code == "store.denied" and (home / "victim").read_bytes() == PERSONAL


def test_what_is_no_plain_file_is_left_alone(home: Path) -> None:
    os.mkfifo(home / ".msmtprc")
    with pytest.raises(Failure) as caught:
        write(home / ".msmtprc")
    assert caught.value.code == "store.denied"
    with pytest.raises(Failure) as caught:
        write(home)
    assert caught.value.code == "store.denied"


def test_a_folder_beyond_the_home_is_not_made(home: Path, tmp_path: Path) -> None:
    with pytest.raises(Failure) as caught:
        write(tmp_path / "etc" / "none" / "msmtprc")
    assert caught.value.code == "store.missing" and not (tmp_path / "etc" / "none").exists()


def test_a_whole_file_is_replaced_only_where_it_is_as_it_was_written(home: Path) -> None:
    path = home / "account.json"
    write(path, target="json")
    write(path, "other.example.com", target="json")
    assert b"other.example.com" in path.read_bytes()
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(ValueError, match="changed since"):
        write(path, "third.example.com", target="json")
    (home / "mine.json").write_bytes(b"{}\n")
    with pytest.raises(ValueError, match="not written by it"):
        write(home / "mine.json", target="json")
    assert (home / "mine.json").read_bytes() == b"{}\n"


def test_a_second_account_for_a_program_of_one_is_told(home: Path) -> None:
    write(home / ".env", target="env")
    text = export(setup(name="shop"), "env")
    assert "work" in foresee(ENV, text, home / ".env", "shop").warning
    assert foresee(MSMTP, export(setup(name="shop"), "msmtp"), home / ".msmtprc", "shop").warning == ""


def test_a_file_in_other_letters_keeps_its_bytes(home: Path) -> None:
    path = home / ".msmtprc"
    path.write_bytes(b"# gr\xfcn\r\n")
    write(path)
    assert path.read_bytes().startswith(b"# gr\xfcn\r\n\r\n# >>> mailwizard: work\r\n")


@pytest.mark.parametrize("call", ["rename", "fsync", "write", "fchmod"])
def test_a_disk_that_fails_leaves_the_old_file_and_no_litter(
    call: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / ".msmtprc"
    path.write_bytes(PERSONAL)
    write(home / "warm")

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    text = export(setup(), "msmtp")
    found = foreign.look(path)
    after = place(text, PERSONAL, "work", "#")
    with monkeypatch.context() as patched:
        patched.setattr(os, call, fails)
        with pytest.raises(Failure) as caught:
            foreign.replace(found, after)
    assert caught.value.code == "store.full" and path.read_bytes() == PERSONAL
    assert {one.name for one in home.iterdir() if one.is_file()} <= {".msmtprc", "warm", ".msmtprc.mailwizard-old"}
