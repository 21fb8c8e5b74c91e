"""The actions of ``mailwizard secrets``: one module each, named as it is typed.

A module offers NAME (``secrets move``), HELP, EXAMPLES, ``arguments(parser)`` and ``run(options)``, as a command does;
a module whose name begins with ``_`` is a helper.
"""
