"""Contract tests that every declared workflow inherits, and the engine on the toy workflow that uses every slot."""
