"""A process of tests that dies or hangs fails its test, and the others run all the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = """
from tests import processes
from tests.processes import pytest_xdist_make_scheduler

def pytest_configure(config):
    processes.PATIENCE = 1
    processes.watch(config)
"""
FINE = "def test_fine(): pass\n"
DIES = """
import os, signal

def test_before(): pass
def test_dies(): os.kill(os.getpid(), signal.SIGKILL)
def test_after(): pass
"""
DEAF = """
import asyncio

async def test_deaf():
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass
"""


def ran(folder: Path, *files: str) -> str:
    """Return what is said of files of tests that run in two processes."""
    (folder / "conftest.py").write_text(SETUP)
    for number, text in enumerate(files):
        (folder / f"test_{number:02}.py").write_text(text)
    options = ["-n2", "--dist=loadfile", "--no-loadscope-reorder", "--timeout=2", "--rootdir", str(folder)]
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), *options, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def test_when_one_dies_its_test_has_failed_and_all_others_run_once(tmp_path: Path) -> None:
    said = ran(tmp_path, *[FINE] * 30, DIES, FINE, FINE)
    assert "crashed while running" in said and "::test_dies" in said
    assert "1 failed, 34 passed" in said


def test_when_one_hangs_and_does_not_heed_its_limit_it_is_given_up(tmp_path: Path) -> None:
    said = ran(tmp_path, FINE, DEAF, *[FINE] * 4)
    assert "crashed while running" in said and "::test_deaf" in said
    assert "5 passed" in said
