"""What can be wrong in the small internet; each ``.py`` file here is one scenario, named with ``-`` for ``_``.

A file offers ``LABEL`` (a few words), ``STORY`` (lines for a newcomer; ``{address}``, ``{password}`` and
``{refused}`` are filled in) and ``async def build(world) -> None``, which changes one thing in a whole world.
"""
