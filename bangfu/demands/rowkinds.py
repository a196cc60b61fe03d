"""What one row of an asker's workbook may be: the declared list of row kinds."""

from __future__ import annotations

#: (code, in Chinese, who can answer what is asked of such a row)
ROW_KINDS: tuple[tuple[str, str, str], ...] = (
    ("village", "一个村（社区）", "村"),
    ("town", "一个镇（街道）", "镇"),
    ("household", "一户农户", "村"),
    ("monitored", "一户监测对象", "村"),
    ("person", "一个人", "村"),
    ("team", "一支驻镇工作队", "镇或工作队"),
    ("cadre", "一名驻镇干部", "镇、工作队或派出单位"),
    ("unit", "一个帮扶单位", "镇或本单位"),
)

#: rows that stand in villages, so villages are asked
OF_VILLAGES = frozenset({"village", "household", "monitored", "person"})
