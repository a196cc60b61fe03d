"""Two invented demands: one that waits for a village's answers, one handed over."""
