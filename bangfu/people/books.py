"""The workbooks of the national system (1.1): households and members in one upload, as they are exported."""

from __future__ import annotations

from dataclasses import replace

from bangfu.exchange import registry as books
from bangfu.exchange.sheet import Book, Column, Kind, Sheet
from bangfu.ledger import registry
from bangfu.ledger.sheets import sheet
from bangfu.people.checks import settle_new_homes
from bangfu.people.household import MOST_RISKS

#: beside the number, a household may be named by its head's number
HEAD_NUMBER = ("户主证件号码", "户主身份证号码", "户主身份证号", "户主证件号")


def register() -> None:
    """Called once when all ledgers are known."""
    households, persons = registry.get("households"), registry.get("persons")
    assert households and persons
    book = Book(
        slug="people",
        title="农户和家庭成员",
        sheets=(_households(sheet(households)), _persons(sheet(persons))),
        roles=households.edited_by,
        home=households.url,
        hints=(
            "国家系统导出的户表和成员表可以原样上传，放在同一个文件里的两张工作表，或分两次先户后人。",
            "成员用户编号或户主证件号码对应到户。",
            "已在别户登记的人会作为“疑似重复”收下，由共同的上级并排核对，不计入人数。",
        ),
        settle=settle_new_homes,
    )
    books.register(book)


def _households(made: Sheet) -> Sheet:
    head = Column("head_key", HEAD_NUMBER[0], Kind.IDENTITY, aliases=HEAD_NUMBER[1:], masked=True)
    risks = tuple(f"致贫/返贫风险{number}" for number in range(1, MOST_RISKS + 1))
    columns = [
        replace(column, gathers=True, aliases=(*column.aliases, *risks)) if column.name == "risks" else column
        for column in made.columns
    ]
    place = next(index for index, column in enumerate(columns) if column.name == "head_name") + 1
    return replace(made, columns=(*columns[:place], head, *columns[place:]))


def _persons(made: Sheet) -> Sheet:
    columns = tuple(_named_twice(column) if column.name == "household" else column for column in made.columns)
    return replace(made, columns=columns)


def _named_twice(column: Column) -> Column:
    assert column.reference
    reference = replace(column.reference, others=("head_key",))
    return replace(column, label="户编号", aliases=(*column.aliases, *HEAD_NUMBER), gathers=True, reference=reference)
