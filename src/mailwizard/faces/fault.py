"""A fault of our own, told without any value that a variable held."""

from __future__ import annotations


def place(error: BaseException) -> str:
    """Return the kind of a fault and where it happened: its text could hold a secret."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} in {where}"


def sentence(fault: str, *, kept: bool) -> str:
    """Return what is said at the end; ``kept`` says that there is a draft that a later run can go on with."""
    return f"mailwizard met a fault of its own ({fault}) and had to end.{' The draft is kept.' if kept else ''}"
