"""Secrets that a person types or pastes, one kind a file.

A module offers ``KIND``, ``LABEL``, ``read(text, username, card) -> Credential`` (``ValueError`` with a sentence for a
person), ``doubts(text, card) -> str`` (what looks wrong without being forbidden, or nothing; never the text itself) and
``hint(card) -> str``, one sentence that says what to type before it is asked for.
"""
