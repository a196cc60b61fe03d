"""Models: what is kept of the indicators' numbers; all of it derived."""

from bangfu.indicators.keeping import KeptAmount, KeptTally

__all__ = ["KeptAmount", "KeptTally"]
