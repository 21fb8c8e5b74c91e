"""A machine whose Exim sends everything through an account, configured with nothing but our text."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from tests.real.servers import HOST, PASSWORD, USER, Servers
from tests.real.test_exports import OWN, each_security, program, sent
from tests.real.test_mail_servers import SMTP

from mailwizard.exports import export
from mailwizard.exports.setup import Setup, Side
from mailwizard.model import AuthKind, Security

EXIM = os.environ.get("MAILWIZARD_EXIM", "/usr/sbin/exim4")
"""Exim and Postfix cannot be installed beside each other, so it may lie elsewhere, unpacked."""
_NUMBER = 9917
"""Of Exim's user and group, who need not be known outside of the test."""


@pytest.fixture
def spool(servers: Servers) -> Iterator[Path]:
    """Yield a folder that Exim's user may enter, with Exim in it."""
    if not os.access(EXIM, os.X_OK):
        pytest.skip("needs Exim: unpack Debian's exim4-daemon-light and name its exim4 in MAILWIZARD_EXIM")
    folder = servers.log.parent / "exim"
    folder.mkdir()
    shutil.copy(EXIM, folder / "exim4")
    (folder / "exim4").chmod(0o4755)
    yield folder
    shutil.rmtree(folder)
    servers.empty()


def apart(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command where Exim's user exists and its folders are empty, seen by nobody else."""
    lines = {"passwd": f"Debian-exim:x:{_NUMBER}:{_NUMBER}::/:/bin/false", "group": f"Debian-exim:x:{_NUMBER}:"}
    words = ["set -e"]
    for name, line in lines.items():
        (folder / name).write_text(f"{Path('/etc', name).read_text()}{line}\n")
        words.append(f"mount --bind {folder}/{name} /etc/{name}")
    for place in ("/var/spool", "/var/log"):
        words += [f"mount -t tmpfs none {place}", f"install -d -o {_NUMBER} -g {_NUMBER} {place}/exim4"]
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", "\n".join([*words, command])],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@each_security
def test_exim_sends_with_it(servers: Servers, home: Path, spool: Path, security: Security) -> None:
    side = Side(servers.endpoint(SMTP, security), USER, AuthKind.PASSWORD)
    written = export(Setup("al's work", OWN, outgoing=side, program=program(home)), "exim")
    # What the comment says to type, into a file of ours.
    typed = next(line for line in written.splitlines() if "sudo install" in line).removeprefix("#")
    typed = typed.replace("sudo ", "").replace("/etc/exim4/mailwizard-secret", str(spool / "secret"))
    text = written.replace("/etc/exim4/mailwizard-secret", str(spool / "secret"))
    # The test's authority, and a server on this very machine, which Exim takes for a loop.
    text = text.replace("= system", f"= {servers.ca_file}").replace("manualroute\n", "manualroute\n  self = send\n")
    (spool / "exim.conf").write_text(f"exim_path = {spool}/exim4\n{text}")
    before = servers.messages()
    done = apart(
        spool,
        dedent(f"""\
        {typed.strip()}
        printf 'Subject: exim\\n\\ntext\\n' | {spool}/exim4 -C {spool}/exim.conf -odf -v -f {OWN} {OWN}
        """),
    )
    assert sent(servers, before), done.stderr
    assert f"H={HOST}" in done.stderr and "CV=yes" in done.stderr and PASSWORD not in done.stderr
