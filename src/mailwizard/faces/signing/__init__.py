"""Signing in as both faces do it: which ways there are, what each asks for, what is said, and what becomes of it."""
