"""The issuers' clock, which can be moved: what expires in a week need not be waited for."""

from __future__ import annotations

import time


class Clock:
    """Tells the time by which codes, tokens and grants end."""

    def __init__(self) -> None:
        self.skew = 0.0
        """Seconds that this machine's clock is behind that of the issuers."""
        self._passed = 0.0

    def now(self) -> float:
        """Return the seconds since 1970, with all that was let pass."""
        return self.wall() + self._passed

    def wall(self) -> float:
        """Return the seconds since 1970, by which what a client signs itself is judged."""
        return time.time() + self.skew

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self._passed += seconds
