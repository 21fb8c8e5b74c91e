"""Programs whose accounts can be taken over, one a file; its name with hyphens is what a person types.

A module offers ``TITLE``, ``PATH`` and ``read(text) -> tuple[Found, ...]``: :class:`mailwizard.exports.reading.Source`.
It reads outside text: all is bounded, nothing in it is run, and no password in it is taken over or repeated.
"""
