"""Secret stores, one module each; its name is the word in front of its references.

A module offers ``KEEPS``, ``RANK``, ``read_rest(text)``, ``unlock(passphrase, put=…)`` and ``get(rest, key)``;
one that keeps secrets also ``survey()``, ``put(rest, secret, key)`` and ``forget(rest)``: see ``secrets.store.Store``.
"""
