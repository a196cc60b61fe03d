"""Article 4.3 科技: requests, the commissioners who answer them, the question bank."""
