"""3.1: wishes and posts brought together: score, candidates, assignment, proposals with their reasons."""
