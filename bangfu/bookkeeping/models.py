"""Models: 复式记账: accounts and postings that never change; what is in equals what went out and what is left, to the fen."""
