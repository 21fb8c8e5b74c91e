"""What two reports can differ in, one thing a file, as a good support engineer looks through them.

A module offers ``find(pair)``, which yields each :class:`~mailwizard.report.difference.Difference` and each
:class:`~mailwizard.report.difference.Same` of that thing; pure. A difference explains, with ``points`` and a sentence,
only where it stands at or before a step at which the outcomes part (``pair.partings``), and is none that follows from
another one, such as another certificate at another host. A module whose name begins with ``_`` is a helper.
"""
