"""Article 4.5 镇域经济: parks, firms that landed, farmers' markets, logistics."""
