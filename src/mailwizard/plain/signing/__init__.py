"""Signing in, asked line by line: what is typed, the program that asks, the browser, and the short code."""
