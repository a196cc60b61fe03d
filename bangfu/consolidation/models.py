"""Chapter 1 巩固拓展脱贫攻坚成果: its ledgers, one file each."""

from bangfu.consolidation.clues import Clue

__all__ = ["Clue"]
