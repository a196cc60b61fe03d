"""docs/reference/doubts.md: the tables that are read and the rules, made of the declarations."""

from __future__ import annotations

from collections.abc import Iterator

from bangfu.screening.doubts.columns import Column, Derived, Table
from bangfu.screening.doubts.rules import Rule, RuleBook, rulebook
from bangfu.screening.expressions import Kind

_KINDS = {
    Kind.TEXT: "文字",
    Kind.INTEGER: "整数",
    Kind.DECIMAL: "数字",
    Kind.DATE: "日期",
    Kind.MONTH: "年月（当月任一天的日期）",
    Kind.FLAG: "是/否",
    Kind.CODE: "代码",
}
_INTRODUCTION = """# 1.1 数据疑点：表和规则

由声明生成，不手改：`./run bangfu reference`。规则在 `guideline/2023/doubts/`，
阈值在 `guideline/2023/parameters/16-doubts.yaml` 等处，按日期和区划取值。

用法：`./run bangfu check 文件…`（不需要数据库），或在程序中：

```python
from bangfu.screening.doubts import check, check_one

found = check(tables, as_of=date(2024, 6, 15), division=441881000000)  # tables：表名 → pyarrow.Table
found.doubts    # rule, household_key, member_key, village, head_name, name, facts, sentence, fingerprint
found.left_out  # 没有检查的规则和原因：文件缺少某列，或参数在那天那地没有数值
check_one({"households": [row], "members": rows}, as_of, division)  # 录入一户时
```

约定：代码列存 `guideline/codes/` 中的值（文字或字典编码）；多选列是列表，或用逗号连接的文字；空文字等于没有填。
缺少的列不当作空白，读到它的规则不检查并说明；标“可缺”的列除外。`fingerprint` 在疑点所据的事实不变时不变（不含年龄、经过的月数和号码）。
条件按 SQL 的三值逻辑：没有填就不知道，不知道就不提疑点；专查“没有填”的规则除外。"""


def page() -> str:
    book = rulebook()
    parts = [_INTRODUCTION, "## 表"]
    parts += [_table(table) for table in book.tables.values()]
    parts += ["## 规则", _rules(book)]
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> str:
    lines = [f"### {table.label} `{table.name}`", "", "| 列 | 表头 | 也认 | 内容 |", "|---|---|---|---|"]
    lines += [_column(column) for column in table.columns.values()]
    lines += ["", "由此算出：", "", "| 列 | 意思 | 算法 |", "|---|---|---|"]
    lines += [
        f"| `{name}` | {derived.column.label} | {_how(derived)} |"
        for name, derived in table.derived.items()
        if derived.how not in ("bit", "first", "last")
    ]
    return "\n".join(lines)


def _column(column: Column) -> str:
    content = "多选代码" if column.has_many else _KINDS[column.kind]
    if column.codes:
        content += f"：`{column.codes.name}`"
    notes = [column.unit, "可缺" if column.is_optional else "", "句中遮盖" if column.shown else ""]
    content += "".join(f"，{note}" for note in notes if note)
    return f"| `{column.name}` | {column.label} | {'、'.join(column.aliases)} | {content} |"


def _how(derived: Derived) -> str:
    where = f"，条件 `{derived.expression.text}`" if derived.expression else ""
    match derived.how:
        case "when" | "value":
            return f"`{derived.expression.text}`" if derived.expression else ""
        case "count":
            return f"`{derived.table}` 的行数{where}"
        case "sum" | "max":
            return f"`{derived.table}.{derived.of}` 的{'合计' if derived.how == 'sum' else '最大值'}{where}"
        case "fact":
            return f"代码表中 `{derived.of}` 的说明"
        case "from":
            return f"`{derived.table}.{derived.of}`"
        case "repeats":
            return f"{'、'.join(f'`{read}`' for read in derived.reads)} 相同的次数（跨全部文件）"
        case "previous":
            return f"同一人前一行的 `{derived.of}`，按 `{derived.order}` 排"
    return "、".join(f"`{read}`" for read in derived.reads)


def _rules(book: RuleBook) -> str:
    groups: dict[str, list[Rule]] = {}
    for rule in book.rules.values():
        groups.setdefault(rule.group, []).append(rule)
    return "\n\n".join("\n".join(_group(title, rules)) for title, rules in groups.items())


def _group(title: str, rules: list[Rule]) -> Iterator[str]:
    yield f"### {title}"
    for rule in rules:
        yield ""
        yield f"**{rule.code} {rule.title}** · {rule.grade.label} · {rule.level.label} · 指引 {rule.article}"
        yield ""
        yield f"- 条件（`{rule.over}`）：`{rule.when.text}`"
        yield f"- 句子：{rule.sentence}"
        yield f"- 怎么办：{rule.do}"
        yield f"- 来源：{rule.source}（{rule.mark.label}）"
        if rule.note:
            yield f"- 说明：{rule.note}"
