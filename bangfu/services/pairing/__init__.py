"""3.2: schools and hospitals, who outside helps which, the plan of a year, and who was sent."""
