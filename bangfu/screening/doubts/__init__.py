"""Logic checks (数据疑点, article 1.1): 81 declared rules over the national system's households, members, measures, work
records and villages. The rules are data (guideline/<version>/doubts), the tables they read are a published contract
(docs/reference/doubts.md); nothing here knows a database.

    found = check(tables, as_of=date(2024, 6, 15), division=441881000000)
    found.doubts      # Arrow: rule, household_key, member_key, village, head_name, name, facts, sentence, fingerprint
    found.left_out    # rules that could not run: no such column in the file, no value of a parameter in that place

    check_one({"households": [row], "members": rows, "measures": []}, as_of, division)   # on entry: a list of dicts

`tables` are Arrow tables named households, members, measures, labour, villages. Codes are the stored values of
guideline/codes, as text or dictionary; several codes are a list or one text with commas; months are any day of the month.
`fingerprint` stays the same while what is doubted stays the same: it leaves out ages, months passed and private numbers,
so a doubt that was explained can be recognised next month. Sentences and facts mask numbers unless `clear`.
"""

from bangfu.screening.doubts.check import ALONE, Found, OnEntry, book_on, check, check_one, on_entry
from bangfu.screening.doubts.inputs import WrongTable
from bangfu.screening.doubts.needs import Absent

__all__ = ["ALONE", "Absent", "Found", "OnEntry", "WrongTable", "book_on", "check", "check_one", "on_entry"]
