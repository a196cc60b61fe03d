"""核验 (1.4): the books of a place read again by a job, with what it found."""
