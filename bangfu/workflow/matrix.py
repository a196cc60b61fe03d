"""The matrix role × step × clock that an official can read: a table for the page, and Markdown for docs/reference/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.apps import apps

from bangfu.accounts.roles import Role
from bangfu.lawbook import parameters
from bangfu.policy import guideline
from bangfu.policy.parameter import Parameter, ParameterMissing
from bangfu.workflow import registry
from bangfu.workflow.declaration import ENTERED, START, Clock, Step, Workflow


@dataclass(frozen=True)
class ClockWords:
    """“3 天”，自“张贴公示”起, and the parameter that says so."""

    value: str
    since: str
    label: str
    article: str
    source: str


@dataclass(frozen=True)
class Line:
    number: int
    step: Step
    article: str
    sources: str
    target: str
    cells: tuple[tuple[Role, bool], ...]
    within: ClockWords | None
    not_before: ClockWords | None

    @property
    def roles(self) -> str:
        return "、".join(role.label for role in self.step.by)


def roles(workflow: Workflow) -> list[Role]:
    """Those that take any step, in the order of the permissions page."""
    return [role for role in Role if any(role in step.by for step in workflow.steps)]


def lines(workflow: Workflow, on: date, division: int | None = None) -> list[Line]:
    """In the order of the declaration; the numbers are those of the drawing."""
    columns = roles(workflow)
    return [
        Line(
            number,
            step,
            workflow.article_of(step),
            "、".join(workflow.state(code).label for code in step.sources),
            workflow.state(step.to).label,
            tuple((role, role in step.by) for role in columns),
            _words(workflow, step.within, on, division),
            _words(workflow, step.not_before, on, division),
        )
        for number, step in enumerate(workflow.steps, 1)
    ]


def _since(workflow: Workflow, clock: Clock) -> str:
    before = workflow.step(clock.since)
    return {START: "自开始之日", ENTERED: "自进入这一步"}.get(clock.since, f"自“{before.label if before else ''}”")


def _parameter(clock: Clock) -> Parameter:
    return guideline.newest(clock.parameter)


def _words(workflow: Workflow, clock: Clock | None, on: date, division: int | None) -> ClockWords | None:
    if clock is None:
        return None
    parameter, since = _parameter(clock), _since(workflow, clock)
    try:
        value = parameters.at(clock.parameter, on, division)
    except ParameterMissing as error:
        return ClockWords("待登记", since, parameter.label, parameter.article, str(error))
    return ClockWords(str(value), since, parameter.label, parameter.article, value.source)


def page(workflow: Workflow) -> str:
    """Markdown of one workflow. Terms are named by parameter: their values have dates and places of their own."""
    parts = [f"# {workflow.article} {workflow.title}", workflow.says, f"地址 `/workflows/{workflow.slug}/`。"]
    if workflow.started_by:
        parts.append(f"发起：{'、'.join(role.label for role in workflow.started_by)}。")
    parts.append("状态：" + " · ".join(s.label + ("（终）" if s.is_final else "") for s in workflow.states) + "。")
    parts += [
        f"标记“{flag.label}”：{flag.says}（{'、'.join(role.label for role in flag.by)}）" for flag in workflow.flags
    ]
    head = "| | 步骤 | 从 → 到 | 谁办 | 时限 | 要什么 | 条件 | 依据 |\n|---|---|---|---|---|---|---|---|"
    rows = [_row(workflow, number, step) for number, step in enumerate(workflow.steps, 1)]
    return "\n\n".join(part for part in [*parts, "\n".join([head, *rows])] if part) + "\n"


def _row(workflow: Workflow, number: int, step: Step) -> str:
    clocks = [(step.within, "内"), (step.not_before, "满后")]
    terms = [f"{_since(workflow, c)}，{_parameter(c).label}（`{c.parameter}`）{word}" for c, word in clocks if c]
    asked = [each.label + ("" if each.is_required else "（可不交）") for each in step.evidence]
    holds = [f"{guard.says}（{guard.source}）" for guard in step.guards] + (["须先标记"] if step.only_with else [])
    sources = "、".join(workflow.state(code).label for code in step.sources)
    cells = [
        str(number), f"{step.label}（{step.kind.label}）", f"{sources} → {workflow.state(step.to).label}",
        "、".join(role.label for role in step.by), "；".join(terms), "、".join(asked), "；".join(holds),
        workflow.article_of(step),
    ]  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "／") for cell in cells) + " |"


def pages() -> dict[str, tuple[str, str]]:
    """File name → (title, Markdown), for docs/reference/; workflows of tests are left out."""
    own = [w for w in registry.all_workflows() if apps.get_model(w.subject).__module__.startswith("bangfu.")]
    return {f"workflow-{w.slug}.md": (f"{w.article} {w.title}", page(w)) for w in own}
