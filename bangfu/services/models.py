"""Models: Chapter 3 提升公共服务和乡村治理, and 1.3: its ledgers, one file each."""
