"""How servers misbehave, a family a file.

A file offers ``FAULTS``, a tuple of :class:`~mailwizard.sandbox.fault.Fault`: what one server does, and the step, code
and cause that it has to end in. A new record, or a new file, is in the fault world from then on.
"""
