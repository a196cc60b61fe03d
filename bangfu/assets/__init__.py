"""项目资产 (1.4): what projects left behind, from its registration to its disposal; the three ledgers."""
