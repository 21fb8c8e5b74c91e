"""What stays on disk: servers, accounts, drafts and secrets.

Every function that touches a file or a secret store raises only ``Failure("store.…", sentence)`` for the outside
world and ``ValueError`` for a name or value that nobody could save. Plain functions block; the coroutine of the same
name with ``_async`` behind it does the same in a thread. Everything in ``secrets`` and ``saving`` is a coroutine.
"""
