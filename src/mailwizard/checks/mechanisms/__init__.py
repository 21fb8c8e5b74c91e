"""SASL mechanisms, one a file.

A module offers ``NAME``, ``KINDS`` (the auth kinds it serves), ``STRENGTH`` (a higher one is preferred),
``CLIENT_FIRST`` and ``converse(credential)``, a generator that yields responses and receives challenges, both without
base64. Where the server speaks first, the first ``yield`` gives ``b""``, which is not sent. A mechanism that has yet to
prove the server raises ``Failure`` when it is closed early.
"""
