"""docs/reference/screening.md: the published contract of files in and out, and every rule, written from the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bangfu.screening import clues, figures, quality
from bangfu.screening.datasets import Cadence, DataSet, FileColumn, Reading
from bangfu.screening.rulebook import Level, Rule, RuleBook

_READINGS = {
    Reading.INTEGER: "整数", Reading.MONEY: "金额（元）", Reading.DATE: "日期", Reading.MONTH: "年月", Reading.FLAG: "是/否",
    Reading.CODE: "代码", Reading.TEXT: "文字", Reading.DIVISION: "12 位区划代码", Reading.IDENTITY: "证件号码", Reading.NAME: "姓名",
}  # fmt: skip
_CADENCES = {Cadence.MONTHLY: "按月报送，逐月累计", Cadence.SNAPSHOT: "按期报送全量，以最新一月为准"}
_HEAD = """# 筛查：文件约定和规则

由声明生成（`guideline/2023/screening/`），不要手改；改了声明后运行 `./run bangfu reference`。

```
./run bangfu screen --registry 目录 --departments 目录 --as-of 2026-03-31 --out 目录
                    [--engine numpy|duckdb|spark] [--values 文件.yaml] [--workers 2] [--workbooks]
```

不需要数据库。三种引擎的结果逐行相同。退出码：0 完成；2 没有运行，屏幕上写明原因；3 完成，但有文件没有采用。
文件可以是 Parquet、CSV（UTF-8、带 BOM、GB18030、UTF-16）、.xlsx 或 .xls；表头前可以有标题行；
表头可用下面列出的任何一种写法，英文列名也可以。
文件归哪一类，看文件名里的词；按月报送的文件，月份写在文件名里（如 `医保结算_202603.csv`），没写的看多数行的日期。

`--values` 是本地的政策参数，例如：

```yaml
values:
  - {parameter: monitoring_line_yuan, value: 8500, division: "440000000000", from: 2026-01-01, document: 某办〔2026〕1号}
```
"""
_RESULTS = """
## 结果

`--out` 下：`result/` 是最近一次完整的结果，做完才替换；`store/` 是读入的数据，下次接着用；
`quality/` 每个文件一份质量报告（CSV，可用 Excel 或 WPS 打开）；
`workbooks/` 是加了 `--workbooks` 时每县一个的 Excel 工作簿（农户、线索、提示）。
`result/` 里：`clues/`、`households/`、`flags/` 每县一个 Parquet；`village_cube.parquet` 每村一行；`statistics.parquet` 五级汇总；
`manifest.json` 记规则版本、参数数值、文件指纹、没有运行的规则和没有采用的文件。同样的输入得到逐字节相同的结果。

- `state`：`new` 新线索，`in_case` 已有在办个案，`monitored` 已是监测对象且风险未消除。
- `measure_fen`：线索的主要金额，单位分。`facts`：整数，金额为分，日期为 1970-01-01 起的天数，年月为 年×12+月−1，代码为下面各列列出的序号。
- `fingerprint`：同一规则、同一人（户）、同一事实的指纹。把已了结线索的指纹、金额、了结日期放进 `closed.*`，同一事实不再推送，
  除非金额又增加了“了结的线索再次推送的金额增量”，或过了“了结的线索保持多久”。
- `need_percent`：按各条规则以往的确认率（`past.*`）估计该户需要帮扶的可能；村和镇的名单按它排序。
- 负面清单的提示在 `flags`，只请说明情况，从不排除任何一户。
"""


def written(book: RuleBook) -> str:
    parts = [_HEAD, "\n## 农户名册\n", *_tables(book), "\n## 部门数据\n", *_data_sets(book), _RESULTS, *_outputs(book)]
    return "\n".join([*parts, "\n## 规则\n", *_rules(book)]) + "\n"


def _tables(book: RuleBook) -> Iterator[str]:
    for name, table in book.tables.items():
        needed = "必须有" if name in ("persons", "households") else "可以没有"
        yield f"### {table.title}（`{name}.*`，{needed}）\n"
        key = book.key if name == "persons" else {}
        yield from _columns({**key, **table.columns})


def _data_sets(book: RuleBook) -> Iterator[str]:
    yield "每个文件都要有证件号码列，最好有姓名列：\n"
    yield from _columns(book.key)
    for data_set in book.data_sets.values():
        yield f"### {data_set.title}（{data_set.department}）\n"
        yield f"文件名含：{'、'.join(data_set.file_words)}。{_CADENCES[data_set.cadence]}。{_row_key(data_set)}\n"
        yield from _columns(data_set.columns)
        yield f"得到：{'；'.join(f'{fact.column.label} `{name}`' for name, fact in data_set.facts.items())}。\n"


def _row_key(data_set: DataSet) -> str:
    labels = [data_set.columns[name].label for name in data_set.row_key]
    return f"“{'”和“'.join(labels)}”相同的算同一行。" if labels else "各列都相同的算同一行。"


def _columns(columns: Mapping[str, FileColumn]) -> Iterator[str]:
    rows = []
    for name, column in columns.items():
        heads = "、".join(head for head in column.heads if head not in (column.label, name))
        words = "；".join(f"{number} {_spellings(column, value)}" for value, number in column.numbers.items())
        needed = "是" if column.is_required or column.reading is Reading.IDENTITY else ""
        rows.append((column.label, f"`{name}`", heads, _READINGS[column.reading], needed, words))
    yield from _table(("表头", "英文", "也认", "内容", "必须", "可填"), rows)


def _spellings(column: FileColumn, value: str) -> str:
    return "/".join(word for word, meant in column.words.items() if meant == value)


def _outputs(book: RuleBook) -> Iterator[str]:
    schemas = {"clues": clues.CLUES, "households": clues.HOUSEHOLDS, "flags": clues.FLAGS, "quality": quality.SCHEMA}
    yield from _table(("结果", "列"), [(name, _fields(schema)) for name, schema in schemas.items()])
    listed = [
        ("村和各级", ", ".join(f"`{name}`" for name in ("division", *figures.names(book)) if "rule_" not in name))
    ]
    yield from _table(("统计", "列（另有每条规则一列 `rule_…`；五级汇总多一列 `level`，1 省到 5 村）"), listed)


def _fields(schema: object) -> str:
    return "、".join(f"`{field.name}` {field.type}" for field in schema)  # type: ignore[attr-defined]


def _rules(book: RuleBook) -> Iterator[str]:
    shown = [rule for rule in book.rules if not rule.is_flag]
    yield f"{len(shown)} 条规则，{len(book.rules) - len(shown)} 条提示。条件里冒号后面是政策参数。\n"
    heads = ("代码", "名称", "对象", "风险", "级", "条件", "来源（把握）", "说明")
    yield from _table(heads, [_row(rule) for rule in book.rules])


def _row(rule: Rule) -> tuple[str, ...]:
    level = "户" if rule.level is Level.HOUSEHOLD else "人"
    severity = str(rule.severity) if rule.severity else "提示"
    source_of = f"{rule.source}（{rule.mark.label}）"
    return rule.code, rule.title, level, rule.risk, severity, f"`{rule.when.text}`", source_of, rule.says


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    shown = list(heads)
    yield f"| {' | '.join(shown)} |"
    yield f"|{'---|' * len(shown)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""
