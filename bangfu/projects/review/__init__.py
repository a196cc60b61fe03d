"""Who says what of a project (2.2): opinions of departments before it, the county's evaluation after it."""
