"""Article 4.3 金融: products, wishes, loans and what moves on them, by rules with dates."""
