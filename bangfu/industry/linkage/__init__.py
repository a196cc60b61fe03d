"""Article 4.1 富民兴村产业: leading industries, operators, and what they promise and pay to households."""
