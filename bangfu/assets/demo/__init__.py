"""Invented assets of the demo."""
