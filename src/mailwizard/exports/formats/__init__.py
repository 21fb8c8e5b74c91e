"""Targets, one program a file; its name with hyphens is what a person types.

A module offers ``TITLE``, ``PATH``, ``COMMENT`` and ``render(setup) -> str`` (see :class:`mailwizard.exports.Format`),
and quotes for its own language. It may offer ``ALONE = True``, where the program uses one account, and ``ABOVE``, texts
of lines above which the account goes. It refuses with one sentence what its program cannot use; none imports another.
"""
