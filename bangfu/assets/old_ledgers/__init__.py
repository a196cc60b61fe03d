"""旧台账导入 (1.4): years of workbooks with half the columns."""
