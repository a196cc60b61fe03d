"""公益基金 (2.5): its receipts and spendings on double entry, and its page for everybody."""
