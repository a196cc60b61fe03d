"""1.3: who wants to learn what, sessions planned from that, who was there, and the three groups that are tracked."""
