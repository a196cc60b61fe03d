"""Money from workbooks: each row is one act by its own rules; the unit is asked and never guessed; all rows or none."""
