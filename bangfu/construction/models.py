"""Chapter 2 镇村公共基础设施: its ledgers, one file each."""
