"""What an asset brings in (1.4): operation contracts, what is due and received, its use; idle, lost, at risk."""
