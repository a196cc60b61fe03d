"""Logic checks (数据疑点): the 81 declared rules of article 1.1 over the national system's tables."""
