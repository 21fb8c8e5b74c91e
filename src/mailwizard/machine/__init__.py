"""What can be told of this machine without asking anybody: its program, terminal, network and clock.

Nothing here opens a connection, changes anything or shows a value that could be a secret; what the doctor judges and a
report tells is read in one place.
"""
