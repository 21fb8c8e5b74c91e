"""The commands, one a file: ``mailwizard NAME`` runs the module of that name (``-`` becomes ``_``).

A module offers ``NAME``, ``HELP`` (one line), ``EXAMPLES`` (command lines), ``arguments(parser)`` and
``run(options) -> int``, the exit code. What is heavy is imported inside ``run``; nothing else needs to be told of it.
"""
