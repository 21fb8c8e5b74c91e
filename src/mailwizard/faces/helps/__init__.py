"""The words of help: one module a stage, and those for the pages that open from everywhere.

A module offers ``PAGES``, a tuple of :class:`~mailwizard.faces.help.Page`. The ids and short names are stable: they are
said on the telephone and stand in ``tests/contract/page_ids.txt``. The key of a field is its name on the full screen.
"""
