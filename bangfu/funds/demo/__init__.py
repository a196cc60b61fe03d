"""Invented money of the demo."""
