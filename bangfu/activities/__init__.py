"""活动: every real act is recorded here once; households, clues, rounds and duties of later chapters count it.

`acts.record_visit(household, {...}, by=actor)` records a visit; `visits.last_visits` tells when households were seen last.
"""
