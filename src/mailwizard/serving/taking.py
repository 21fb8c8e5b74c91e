"""``python -m mailwizard.serving.taking PROGRAM WORD…``: take the terminal as one's own, then be the program.

A terminal belongs to a session only once one of its programs says so. Without that its end would be no hang-up, and
Ctrl+C no interrupt.
"""

from __future__ import annotations

import fcntl
import os
import sys
import termios

if __name__ == "__main__":
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606
