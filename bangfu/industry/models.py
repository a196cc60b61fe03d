"""Models: Chapter 4 乡村产业: its ledgers, one file each."""
