"""Why a risk is not yet removed (1.1): rules R73–R80 and the conditions of the guideline, each as one plain sentence.

No quota enters anywhere: nobody is proposed by a program, and a household is never removed to reach a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bangfu.consolidation.assessments import VillageReview
from bangfu.consolidation.case_file import of_removal
from bangfu.consolidation.household_checks import HouseholdCheck
from bangfu.consolidation.measures import AssistanceMeasure
from bangfu.consolidation.monitored import Labour, labour_among
from bangfu.consolidation.removals import RiskRemoval
from bangfu.kernel import periods
from bangfu.lawbook import parameters
from bangfu.policy.parameter import ParameterMissing
from bangfu.workflow.models import Flow, subject_of

BY_HELP = "by_help"


def removal_of(flow: Flow) -> RiskRemoval:
    found: RiskRemoval = subject_of(flow)
    return found


def check_of(removal: RiskRemoval) -> HouseholdCheck | None:
    return next(iter(of_removal(removal).checks), None)


def review_of(removal: RiskRemoval) -> VillageReview | None:
    return next(iter(of_removal(removal).reviews), None)


def identified_on(removal: RiskRemoval) -> date | None:
    """The day of the latest decision; of households of the national system the month alone is known."""
    month = removal.household.identified_month
    return max([plan.identified_on for plan in of_removal(removal).plans] + ([month] if month else []), default=None)


def _delivered(removal: RiskRemoval) -> list[AssistanceMeasure]:
    return [each for each in of_removal(removal).measures if each.state == AssistanceMeasure.State.DELIVERED]


def long_enough(flow: Flow, on: date) -> str:
    """R73: at least half a year between identification and removal."""
    removal = removal_of(flow)
    since = identified_on(removal)
    if since is None:
        return "农户档案里没有识别监测时间，请先补上"
    months = int(parameters.value("removal_after_identification_months", on, flow.division_id))
    earliest = periods.add_months(since, months)
    if on >= earliest:
        return ""
    return f"{since:%Y年%m月%d日}认定，满 {months} 个月才能标注风险消除，最早 {earliest:%Y-%m-%d}"


def was_helped(flow: Flow, on: date) -> str:
    """R74: removed by help means help was given."""
    removal = removal_of(flow)
    if removal.removal_kind != BY_HELP:
        return ""
    least = int(parameters.value("removal_measures_min", on, flow.division_id))
    done = len(_delivered(removal))
    if done >= least:
        return ""
    return f"帮扶消除至少要有 {least} 项已落实的措施，现在有 {done} 项；确实没有帮扶的，不能标注“帮扶消除”"


def is_no_long_term_household(flow: Flow, on: date) -> str:
    """R76, R80: a household in which nobody can work stays monitored, with its safety net."""
    removal = removal_of(flow)
    if removal.removal_kind != BY_HELP:
        return ""
    labour = labour_among(person.labour_skill for person in of_removal(removal).people)
    if labour is Labour.UNKNOWN:
        return "成员的劳动技能没有登记全，不能判断是不是整户无劳动力；请先在家庭成员里补上"
    if labour is Labour.NONE or removal.household.is_safety_net:
        return "整户无劳动力的兜底保障户不标注风险消除，落实保障后长期跟踪"
    return ""


def nobody_left(flow: Flow, on: date) -> str:
    """Natural removal is of households that are no more."""
    removal = removal_of(flow)
    count = 0 if removal.removal_kind == BY_HELP else len(of_removal(removal).people)
    return f"自然消除限整户死亡或迁出，这一户还有 {count} 人在册；请先登记成员变动，或改为帮扶消除" if count else ""


def has_contact(flow: Flow, on: date) -> str:
    """R78: somebody goes on looking after the household."""
    removal = removal_of(flow)
    return "" if removal.household.contact_name else "没有监测联系人；消除之后还要跟踪，请先在农户档案里填上"


def is_safe(flow: Flow, on: date) -> str:
    """R77: house, water, school and insurance looked at again, and all right."""
    removal = removal_of(flow)
    check = check_of(removal)
    if removal.removal_kind != BY_HELP or check is None:
        return "" if check else "还没有消除前的入户核实记录"
    open_ = "、".join(_unsafe(check))
    return f"“三保障”和饮水还没有稳固：{open_}" if open_ else ""


def _unsafe(check: HouseholdCheck) -> Iterator[str]:
    if check.house_grade not in ("A", "B"):
        yield "住房安全等级不是 A、B 级" if check.house_grade else "住房安全等级没有核实"
    for name, wanted, words in (
        ("has_safe_water", True, "饮水安全"), ("has_dropout", False, "义务教育"), ("has_uninsured", False, "基本医疗保险"),
        ("lacks_food", False, "吃不愁"), ("lacks_clothes", False, "穿不愁"),
    ):  # fmt: skip
        value = getattr(check, name)
        if value is not wanted:
            yield f"{words}{'没有核实' if value is None else '还有问题'}"


def is_stable(flow: Flow, on: date) -> str:
    removal = removal_of(flow)
    check = check_of(removal)
    if removal.removal_kind != BY_HELP or check is None:
        return ""
    months = int(parameters.value("removal_stable_months", on, flow.division_id))
    wrong = [
        words
        for value, words in (
            (check.is_income_stable, f"收入持续稳定（不少于 {months} 个月）"),
            (check.is_risk_gone, "返贫风险已稳定消除、没有新的风险"),
        )
        if value is not True
    ]
    return f"入户核实没有确认：{'；'.join(wrong)}" if wrong else ""


def is_above_the_line(flow: Flow, on: date) -> str:
    """R75: compared with the line of the year of the decision."""
    removal = removal_of(flow)
    check = check_of(removal)
    if removal.removal_kind != BY_HELP or check is None:
        return ""
    try:
        line = parameters.at("monitoring_line_yuan", on, flow.division_id)
    except ParameterMissing as error:
        return str(error)
    income = check.per_capita_net
    if income is not None and income > int(line.value):
        return ""
    return f"核实的人均纯收入 {income:.2f} 元，没有超过 {on.year} 年监测范围 {line.value} 元（{line.source}）"


def help_shows(flow: Flow, on: date) -> str:
    """R79: help to earn, or allowances, must show in the income that was reckoned."""
    removal = removal_of(flow)
    check = check_of(removal)
    if removal.removal_kind != BY_HELP or check is None:
        return ""
    kinds = {measure.kind for measure in _delivered(removal)}
    wrong = [
        words
        for kind, amount, words in (
            ({"employment", "public_post"}, check.wage_income, "有就业或公益岗位帮扶，工资性收入却是 0"),
            ({"industry"}, check.business_income + check.asset_dividend, "有产业帮扶，生产经营和分红收入却是 0"),
            ({"safety_net"}, check.transfer_income or 0, "有低保、特困或残疾补贴，转移性收入却是 0"),
        )
        if kinds & kind and not amount
    ]
    return f"请核对收入测算：{'；'.join(wrong)}" if wrong else ""
