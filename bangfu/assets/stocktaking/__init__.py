"""资产盘点 (1.4): a round in which villages say what is there."""
