"""What is missing in 1.4, by town: statements for evidence.py."""

from __future__ import annotations

#: of villages and the town itself, not yet settled; since when it is known
DIFFERENCES_OPEN = """SELECT d.division_id / 1000 * 1000 AS holder, d.found_on AS day, d.id AS row FROM assets_difference d
    WHERE d.settled_on IS NULL AND d.withdrawn_at IS NULL"""
