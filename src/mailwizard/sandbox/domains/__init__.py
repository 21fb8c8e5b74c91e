"""The made-up domains of the discovery world, a subject a file.

A file offers ``DOMAINS``, a tuple of :class:`~mailwizard.sandbox.domain.Domain`: a name, what it publishes, and the
right answer. A new record, or a new file, is in the world from then on.
"""
