"""Probes, one protocol a file, each a straight story of steps.

A module offers ``PROTOCOL``, ``STEPS`` (in order, for a face to draw before they happen), ``REFUSAL`` (how a line
begins with which the server refuses) and ``async def check(order, net, witness, turn) -> None``, which tells all it
sees through the witness and offers the secret only after ``turn.granted`` said so. It never imports another probe.
"""
