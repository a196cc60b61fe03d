"""Contract tests that every ledger inherits, and the toy ledger that exercises every slot."""
