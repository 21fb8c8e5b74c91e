"""Real mail servers for the tests, or one clear line why there are none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.real.servers import Servers, missing, running


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Start Postfix and Dovecot once; where that is impossible the tests are skipped, or fail if they must run."""
    lacking = missing()
    if lacking:
        say = pytest.fail if os.environ.get("MAILWIZARD_REQUIRE_REAL") == "1" else pytest.skip
        say(f"Postfix and Dovecot: {lacking}")
    # The servers' own users have to get in, which pytest's folders do not allow, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="mailwizard-real-"))
    folder.chmod(0o755)
    try:
        with running(folder) as started:
            yield started
    finally:
        shutil.rmtree(folder)
