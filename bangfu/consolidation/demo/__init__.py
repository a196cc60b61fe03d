"""Invented cases of the demo: a county at work, with households at every step of 1.1."""
