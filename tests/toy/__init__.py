"""A ledger in one file, as docs/howto/add-a-ledger.md tells it; it exercises every slot."""
