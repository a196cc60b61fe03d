"""An indicator in words: what is counted of which ledger, made from its declaration; and the page of the reference."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import BooleanField

from bangfu.indicators.tallies import field_at, is_json, ledger_of
from bangfu.ledger import reference
from bangfu.ledger.declaration import Ledger
from bangfu.policy import guideline
from bangfu.policy.activity_kind import details
from bangfu.policy.indicator import Condition, Direction, How, Indicator, Op, Tally

_WORDS = {Op.AT_LEAST: "不低于", Op.AT_MOST: "不高于", Op.BELOW: "低于"}
DIRECTIONS = {Direction.MORE: "越多越好", Direction.LESS: "越少越好", Direction.NEUTRAL: "不论多少"}
FILE = "indicators.md"


def offer() -> None:
    reference.OF_OTHERS[FILE] = ("指标：分子、分母和来源", page)


def tally(one: Tally) -> str:
    """农户：监测对象类别已填写；计户数."""
    ledger = ledger_of(one)
    told = "；".join(_condition(ledger, condition) for condition in one.where)
    return f"{ledger.title}{f'（{told}）' if told else ''}，{_what(ledger, one)}，{_when(ledger, one)}"


def _what(ledger: Ledger, one: Tally) -> str:
    match one.how:
        case How.SUM:
            return f"“{_label(ledger, one.field)}”合计"
        case How.DISTINCT:
            return f"不同的“{_label(ledger, one.field)}”有几个"
    return "条数"


def _when(ledger: Ledger, one: Tally) -> str:
    placing = one.placing
    if placing.dated:
        return f"按“{_label(ledger, placing.dated)}”计入当期"
    if placing.year:
        return f"按“{_label(ledger, placing.year)}”计入当年"
    if placing.starts:
        return "期末在有效期内的"
    return "按现在的情况（过去的月份用当月留存的数）"


def _condition(ledger: Ledger, condition: Condition) -> str:
    label = _label(ledger, condition.field)
    match condition.op:
        case Op.IS:
            return f"{label}为{_values(ledger, condition)}"
        case Op.NOT:
            return f"{label}不为{_values(ledger, condition)}"
        case Op.FILLED:
            return f"{label}{'已填写' if condition.value else '没有填写'}"
        case Op.PAST:
            return f"{label}{'已过' if condition.value else '没有过'}"
    if condition.parameter:
        return f"{label}{_WORDS[condition.op]}“{guideline.newest(condition.parameter).label}”"
    return f"{label}{_WORDS[condition.op]} {condition.value:f}"


def _values(ledger: Ledger, condition: Condition) -> str:
    field = field_at(ledger, condition.field)
    base = getattr(field, "base_field", getattr(field, "output_field", field))
    if isinstance(base, BooleanField):
        return "“" + "、".join("是" if value else "否" for value in condition.value) + "”"
    labels = {value: str(label) for value, label in base.flatchoices}
    return "“" + "、".join(labels.get(value, str(value)) for value in condition.value) + "”"


def _label(ledger: Ledger, path: str) -> str:
    field = field_at(ledger, path)
    if is_json(field):
        detail = details().get(path.rpartition("__")[2])
        return detail.label if detail else str(field.verbose_name)
    of = f"{ledger.model._meta.get_field(path.partition('__')[0]).verbose_name}的" if "__" in path else ""  # type: ignore[union-attr]
    return f"{of}{field.verbose_name}"


def page() -> str:
    """Markdown of all indicators, by chapter and article."""
    law = guideline.in_force(date.max)
    parts = [
        "# 指标",
        f"共 {len(law.indicators)} 项，由 `guideline/{law.version}/indicators/` 的声明生成，不手改：`./run bangfu reference`。"
        "看板 `/indicators/`，接口 `/api/v1/indicators`。",
    ]
    for article in law.articles.values():
        if told := law.indicators_of(article.number):
            parts += [f"## {article.number} {article.title}", *(_section(each) for each in told)]
    return "\n\n".join(parts) + "\n"


def _section(indicator: Indicator) -> str:
    return "\n".join([f"### {indicator.label}（`{indicator.code}`）", "", *_lines(indicator)])


def _lines(indicator: Indicator) -> Iterator[str]:
    yield indicator.says
    yield ""
    yield f"- 单位：{indicator.unit}，{DIRECTIONS[indicator.direction]}"
    yield f"- {'分子' if indicator.over else '算法'}：{tally(indicator.top)}"
    if indicator.over:
        yield f"- 分母：{tally(indicator.over)}"
