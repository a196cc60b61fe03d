"""Invented activities of this year for the demo's groups."""
