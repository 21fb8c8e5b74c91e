"""Ends a check from outside at random moments, in both faces, and looks at what is left: ``make signals``.

A run is a process in a terminal of its own. It checks servers that answer slowly, gets a signal or loses its terminal
at a moment that a seed chose, and must then be gone in time, with its exit code, with every mode of the terminal as it
was, and with a draft that the next start offers.
"""
