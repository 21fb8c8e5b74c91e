"""What is done with saved accounts: over many of them, over time, and for others.

Coroutines and plain functions over ``storage``, ``discovery``, ``checks`` and ``signin``; nothing here reads a command
line or draws. Failures of the outside world are ``Failure``, bad input is a ``ValueError`` with a sentence.
"""
