"""The command that installs an extra, by how this copy of the package was installed."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from mailwizard.cli import extras


@pytest.mark.parametrize(
    ("origin", "last"),
    [
        ("", ["mailwizard-tui[web]"]),
        ("no JSON", ["mailwizard-tui[web]"]),
        ('{"url": "file:///home/a%20b", "dir_info": {"editable": true}}', ["-e", "/home/a b[web]"]),
        ('{"url": "file:///home/a", "dir_info": {}}', ["/home/a[web]"]),
        (
            '{"url": "https://git.example/m", "vcs_info": {"vcs": "git"}}',
            ["mailwizard-tui[web] @ git+https://git.example/m"],
        ),
        ('{"url": "file:///m.whl", "archive_info": {}}', ["mailwizard-tui[web] @ file:///m.whl"]),
    ],
)
def test_the_command_names_this_interpreter_and_where_the_copy_came_from(
    origin: str, last: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = tmp_path / "mailwizard_tui-1.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: mailwizard-tui\nVersion: 1\n")
    if origin:
        (known / "direct_url.json").write_text(origin)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert shlex.split(extras.command("web")) == [sys.executable, "-m", "pip", "install", *last]


def test_without_pip_it_is_uv_that_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    words = shlex.split(extras.command("web"))
    assert words[:5] == ["uv", "pip", "install", "--python", sys.executable]
