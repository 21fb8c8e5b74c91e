"""The files that ``mailwizard open`` opens: one module each.

A module offers FORMAT, which such a file names; LIMIT, bytes; TAKES, the options of the command that are about it;
``read(data)``, a :class:`~mailwizard.operations.papers.Paper` or a ``ValueError`` with a sentence; ``lines(paper)``,
a few for a person; ``shape(paper)``, the parts of an ``OpenAnswer``; ``refuse(paper, options)``, which says what is
wrong before the code is asked for; and ``apply(paper, options)``, which returns what to add to the answer, and the exit
code. A file that nothing is done with needs no code: its module offers FORMAT, LIMIT, TAKES, ``read(data)`` and
``show(paper, options)``, which prints it and returns the exit code. A module whose name begins with ``_`` is a helper.
"""
