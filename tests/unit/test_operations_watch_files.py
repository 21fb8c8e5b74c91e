"""What a watch leaves for other programs: figures for node_exporter, and units for systemd."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mailwizard.model import Failure
from mailwizard.operations import textfile, units
from mailwizard.storage.watched import Watched

PLAN = units.Plan(("/opt/mail wizard/bin/mailwizard", "watch", "--once"), "alice", 900.0, (Path("/var/lib/x"),))
SAMPLE = re.compile(r'mailwizard_\w+(?:\{account="(?:[^"\\\n]|\\[\\"n])*"\})? -?[0-9]+')


def test_each_account_has_its_figures_and_what_is_not_known_is_left_out() -> None:
    text = textfile.metrics(
        {
            "alice": Watched("works", checked=1_700_000_000.4, expires=1_800_000_000.0),
            "bob": Watched("broken", "wrong_password", checked=1_700_000_001.0),
            "carol": Watched("skipped"),
        },
        online=True,
    )
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        'mailwizard_account_up{account="alice"} 1',
        'mailwizard_account_up{account="bob"} 0',
        'mailwizard_account_last_check_seconds{account="alice"} 1700000000',
        'mailwizard_account_last_check_seconds{account="bob"} 1700000001',
        'mailwizard_account_expires_seconds{account="alice"} 1800000000',
        "mailwizard_network_up 1",
    ]


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\\", "ünï", "x y", "a\u202eb"])
def test_every_line_is_one_that_the_collector_reads_whatever_an_account_is_called(name: str) -> None:
    text = textfile.metrics({name: Watched("works", checked=1.0, expires=2.0)}, online=False)
    lines = text.splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert text.endswith("\n") and len(samples) == 4
    assert all(SAMPLE.fullmatch(line) for line in samples)
    for line in samples:
        metric = line.partition("{")[0].partition(" ")[0]
        assert f"# TYPE {metric} gauge" in lines and any(one.startswith(f"# HELP {metric} ") for one in lines)


def test_the_file_is_replaced_whole_and_readable_for_the_collector(tmp_path: Path) -> None:
    path = tmp_path / "mail.prom"
    textfile.write(path, {"alice": Watched("works")}, online=True)
    first = path.stat().st_ino
    textfile.write(path, {"alice": Watched("broken")}, online=True)
    assert 'alice"} 0' in path.read_text() and path.stat().st_ino != first
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [one.name for one in tmp_path.glob("*prom*")] == ["mail.prom"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"store\.missing"):
        textfile.write(tmp_path / "nowhere" / "mail.prom", {}, online=True)


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / "mail.prom").symlink_to(other)
    with pytest.raises(Failure, match=r"store\.denied"):
        textfile.write(tmp_path / "mail.prom", {}, online=True)
    assert other.read_text() == "mine"


def test_the_service_has_no_more_rights_than_it_needs() -> None:
    text = units.service(PLAN)
    for line in (
        "DynamicUser=no",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "User=alice",
        "CapabilityBoundingSet=",
    ):
        assert line in text.splitlines()
    assert "LoadCredential" not in text
    assert "ReadWritePaths=-/var/lib/x" in text
    vault = units.service(replace(PLAN, vault=True))
    assert "LoadCredential=mailwizard.passphrase:/etc/credstore/mailwizard.passphrase" in vault.splitlines()


def test_words_are_written_as_systemd_reads_them_back() -> None:
    odd = replace(PLAN, program=("/opt/mail wizard/x", 'a"b', "50%", "$HOME", "c\\d"))
    line = next(line for line in units.service(odd).splitlines() if line.startswith("ExecStart="))
    assert line == 'ExecStart="/opt/mail wizard/x" "a\\"b" 50%% $$HOME "c\\\\d"'


def test_a_line_break_gets_into_no_unit() -> None:
    with pytest.raises(ValueError, match="line break"):
        units.service(replace(PLAN, program=("x", "a\nExecStartPre=evil")))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("vault", [True, False])
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path, vault: bool) -> None:
    program = tmp_path / "mail wizard"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    surroundings = {"XDG_CONFIG_HOME": "/srv/a b"}
    plan = replace(PLAN, program=(str(program), "watch"), vault=vault, user="root", surroundings=surroundings)
    paths = [tmp_path / f"{units.NAME}.{kind}" for kind in ("service", "timer")]
    for path, text in zip(paths, (units.service(plan), units.timer(plan)), strict=True):
        path.write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_both_units_say_where_they_belong_and_how_the_passphrase_gets_there() -> None:
    text = units.both(replace(PLAN, vault=True))
    assert "/etc/systemd/system/mailwizard-watch.service" in text and "systemctl enable --now" in text
    assert "OnUnitActiveSec=900s" in text and "install -m 600" in text
