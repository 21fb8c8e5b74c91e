"""Ways of coming by a credential, one a file.

A module offers ``KIND``, ``LABEL``, ``read(text, username, card) -> Credential`` (``ValueError`` with a sentence for a
person) and ``hint(card) -> str``, one sentence that says what to type before it is asked for.
"""
