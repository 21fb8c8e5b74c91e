"""A password store of pass with a key of gpg of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "alice@example.com"


@contextmanager
def password_store(passphrase: str = "") -> Iterator[Path]:
    """Make a store in the home folder, with a key under a passphrase; the key's folder is short, for gpg's sockets."""
    folder = Path(tempfile.mkdtemp(prefix="gpg", dir="/tmp"))
    before = os.environ.get("GNUPGHOME")
    os.environ["GNUPGHOME"] = str(folder)
    try:
        make = ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", passphrase]
        subprocess.run(
            [*make, "--quick-gen-key", OWNER, "default", "default", "never"], check=True, capture_output=True
        )
        subprocess.run(["pass", "init", OWNER], check=True, capture_output=True)
        yield folder
    finally:
        forget_passphrases()
        os.environ.pop("GNUPGHOME")
        if before is not None:
            os.environ["GNUPGHOME"] = before
        shutil.rmtree(folder, ignore_errors=True)


def forget_passphrases() -> None:
    """End gpg's agent, so that it knows no passphrase any more."""
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=False, capture_output=True)
