"""The end of a program that a test runs at a terminal."""

from __future__ import annotations

from typing import Any

import pexpect


def end(child: pexpect.spawn[Any]) -> None:
    """End a program and wait until it is gone, also on a machine so busy that a killed one takes a while to go."""
    try:
        child.close(force=True)
    except pexpect.ExceptionPexpect:
        child.wait()
