"""Chapter 1 巩固拓展脱贫攻坚成果. What may import what, so that no cycle grows:

models.py imports every file with a ledger. `clues` (model and ledger) ← `cases` … ← the acts on clues: `intake` receives
and merges clues, `clue_acts` closes, assigns, reopens them and opens a case through `cases.open_case`.
"""
