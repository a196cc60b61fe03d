"""Reference pages made from the declarations: what a ledger keeps, who reads and writes it, its workbook and API."""

from __future__ import annotations

from collections.abc import Callable

from bangfu.accounts.roles import Role
from bangfu.exchange.sheet import Column, Kind
from bangfu.ledger import registry, sheets
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import all_shown
from bangfu.screening import reference as screening
from bangfu.screening import rulebook
from bangfu.screening.doubts import reference as doubts
from bangfu.workflow import matrix

KINDS = {
    Kind.TEXT: "文字", Kind.NAME: "姓名", Kind.CODE: "编号", Kind.PHONE: "电话", Kind.IDENTITY: "证件号码",
    Kind.INTEGER: "整数", Kind.DECIMAL: "数字", Kind.DATE: "日期", Kind.MONTH: "年月", Kind.BOOLEAN: "是/否",
    Kind.CHOICE: "单选", Kind.MULTI_CHOICE: "多选", Kind.DIVISION: "地方", Kind.REFERENCE: "引用",
}  # fmt: skip

#: file → (title, what writes it)
OF_OTHERS: dict[str, tuple[str, Callable[[], str]]] = {
    "doubts.md": ("数据疑点：表和规则", doubts.page),
    "screening.md": ("筛查：文件约定和规则", lambda: screening.written(rulebook.load())),
}


def page(ledger: Ledger) -> str:
    """Markdown of one ledger."""
    labels = "、".join(item.label for item in all_shown(ledger, ledger.columns))
    parts = [
        f"# {ledger.article} {ledger.title}",
        ledger.says,
        f"地址 `/l/{ledger.slug}/`，接口 `/api/v1/{ledger.slug}/`。",
        f"看：{_roles(ledger.readers())}。写：{_roles(ledger.edited_by)}。",
        f"列表：{labels}。",
    ]
    if ledger.masked:
        parts.append(f"脱敏：{'、'.join(item.label for item in all_shown(ledger, tuple(ledger.masked)))}。")
    if ledger.stats:
        parts.append(f"指标：{'、'.join(stat.title for stat in ledger.stats)}。")
    if ledger.exchange:
        parts += ["## 表格", _sheet(ledger)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _roles(roles: tuple[Role, ...]) -> str:
    return "、".join(role.label for role in roles)


def _sheet(ledger: Ledger) -> str:
    head = "| 表头 | 也认 | 内容 | 必填 | 说明 |\n|---|---|---|---|---|"
    return "\n".join([head, *(_line(column) for column in sheets.sheet(ledger).columns)])


def _line(column: Column) -> str:
    content = KINDS[column.kind]
    if column.choices:
        content += (
            "：" + "、".join(str(label) for _, label in column.choices[:12]) + ("…" if len(column.choices) > 12 else "")
        )
    cells = [column.label, "、".join(column.aliases), content, "是" if column.required else "", column.note]
    return "| " + " | ".join(cell.replace("|", "／").replace("\n", " ") for cell in cells) + " |"


def pages() -> dict[str, str]:
    """File name → Markdown, for docs/reference/; `index.md` lists them by article; those of tests are left out."""
    ledgers = [ledger for ledger in registry.all_ledgers() if ledger.model.__module__.startswith("bangfu.")]
    index = "\n".join(f"- [{ledger.article} {ledger.title}]({ledger.slug}.md)" for ledger in ledgers)
    workflows = matrix.pages()
    if workflows:
        index += "\n\n# 流程\n\n" + "\n".join(f"- [{title}]({file})" for file, (title, _) in workflows.items())
    index += "\n\n# 检查和指标\n\n" + "\n".join(f"- [{title}]({file})" for file, (title, _) in OF_OTHERS.items())
    found = {"index.md": f"# 台账\n\n由声明生成，不手改：`./run bangfu reference`。\n\n{index}\n"}
    return (
        found
        | {f"{ledger.slug}.md": page(ledger) for ledger in ledgers}
        | {f: text for f, (_, text) in workflows.items()}
        | {file: write() for file, (_, write) in OF_OTHERS.items()}
    )
