"""The actions of ``mailwizard accounts``: one module each, named as it is typed (``hand_off`` is ``hand-off``).

A module offers NAME (``accounts rename``), HELP, EXAMPLES, ``arguments(parser)`` and ``run(options)``, as a command
does; a module whose name begins with ``_`` is a helper.
"""
