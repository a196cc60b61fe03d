"""Article 4.4 新型农村集体经济: organisations, accounts by year, contracts, joint companies, idle assets."""
