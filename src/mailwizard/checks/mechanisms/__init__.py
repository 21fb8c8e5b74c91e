"""Sign-in mechanisms, one a file: those of SASL (RFC 4422), and POP3's own commands in the same form.

A module offers ``NAME``, ``KINDS`` (the auth kinds it serves; ``NONE`` alone where it needs no secret), ``STRENGTH`` (a
higher one is preferred), ``CLIENT_FIRST``, ``SHOWS_SECRET`` (whether whoever reads the line has the secret) and
``converse(credential, channel)``, a generator that yields responses and receives challenges, both without base64. Where
the server speaks first, the first ``yield`` gives ``b""``, which is not sent. Where it waits when the server is done,
``Accepted`` is thrown into it, or the ``Failure`` that the refusal is: it may raise another ``Failure`` in its place,
because the server has not proven itself or because it knows more. One that cannot carry a user name or secret, or lacks
what it needs on this machine, raises ``Failure`` before its first ``yield``.
"""
