"""Set up, prove and repair an e-mail account from a terminal."""

__version__ = "0.1.0"
