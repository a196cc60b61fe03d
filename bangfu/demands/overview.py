"""What the page of a demand shows: how it stands, what comes next, where each column comes from, who has not answered."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.demands import papers
from bangfu.demands.demand import ASKERS, Demand
from bangfu.demands.demand_parts import DemandHead
from bangfu.demands.kinds import facts
from bangfu.demands.projecting import ask_of, rows, subjects
from bangfu.demands.question import DemandQuestion
from bangfu.demands.reading import Layout
from bangfu.demands.states import State, Use
from bangfu.divisions.models import Division
from bangfu.ledger import registry

SHOWN = 3
MOST_PLACES = 40
_STEPS = ((State.DRAFT, "登记"), (State.MAPPED, "对表头"), (State.OPEN, "村镇回答"), (State.DELIVERED, "交出"))


def may_carry(actor: Actor, demand: Demand) -> bool:
    """The officers of the office that registered it; whoever sees it from above reads it."""
    return any(grant.division_id == demand.office_id for grant in actor.grants if grant.role in ASKERS)


def page(demand: Demand, actor: Actor) -> dict[str, Any]:
    heads = list(demand.heads.all())
    sampled = sample(demand, actor, heads) if demand.state == State.MAPPED else []
    told: dict[str, Any] = {
        "heads": [(head, _from(demand, head), [row[at] for row in sampled]) for at, head in enumerate(heads)],
        "sampled": [f"第 {number} 行" for number, _ in enumerate(sampled, 1)],
        "doubled": Layout.of(demand.layout).doubled() if demand.layout else [],
        "may_carry": may_carry(actor, demand) and demand.withdrawn_at is None,
        "may_download": bool(heads) and demand.state not in (State.DRAFT, State.REFUSED),
        "steps": _steps(demand),
        "places": [place.division for place in demand.places.select_related("division")],
        "answers_url": f"{reverse('ledger:list', args=['demand-answers'])}?demand={demand.pk}",
        "first_url": _first_url(demand, actor),
    }
    if demand.state in (State.OPEN, State.ANSWERED, State.DELIVERED):
        told["left"] = DemandQuestion.objects.filter(demand=demand, answered_at=None, withdrawn_at=None).count()
        told["figures"] = _figures(demand, told["left"], told["answers_url"])
    if demand.state == State.OPEN:
        told["waiting"] = _waiting(demand)
    if demand.state == State.DRAFT and not demand.layout:
        told["sheets"] = [layout.sheet for layout in papers.layouts_of(demand.sha256, demand.file_name)]
    return told


def _figures(demand: Demand, left: int, answers_url: str) -> list[dict[str, Any]]:
    """Counted when it was sent out; what is left is counted now."""
    cells = f"{demand.row_count} 行，自动填好 {demand.filled_count} / {demand.cell_count} 格"
    return [
        {"title": "要的项目", "text": demand.head_count, "unit": "项", "url": "#heads"},
        {"title": "系统自动填", "text": demand.known_count, "unit": "项", "url": "#heads", "note": cells},
        {"title": "问村镇", "text": demand.question_count, "unit": "格", "url": answers_url,
         "note": f"还有 {left} 格没答" if left else "已答齐"},
        {"title": "不用打扰的村", "text": demand.spared_count, "unit": "个", "url": answers_url,
         "note": f"范围内 {demand.village_count} 个"},
    ]  # fmt: skip


def _from(demand: Demand, head: DemandHead) -> str:
    fact = facts(demand.row_kind).get(head.fact)
    return f"{fact.where}：{fact.label}" if head.use == Use.FILL and fact else ""


def _steps(demand: Demand) -> list[dict[str, str]]:
    order = [state for state, _ in _STEPS]
    now = {State.ANSWERED: State.DELIVERED, State.REFUSED: State.DRAFT}.get(State(demand.state), State(demand.state))
    at = order.index(now) if now in order else -1
    is_over = demand.state == State.DELIVERED
    return [
        {"title": title, "note": "", "state": "done" if number < at or is_over else "now" if number == at else "todo"}
        for number, (_, title) in enumerate(_STEPS)
    ]


def _first_url(demand: Demand, actor: Actor) -> str:
    """Where the first answer is, if the actor may read it."""
    ledger = registry.of(Demand)
    if demand.first_id is None or ledger is None:
        return ""
    return ledger.record_url(demand.first_id) if ledger.visible_to(actor).filter(pk=demand.first_id).exists() else ""


def _waiting(demand: Demand) -> list[tuple[Division, int]]:
    """Places with open questions, in the order of the divisions: no ranking."""
    open_ones = DemandQuestion.objects.filter(demand=demand, answered_at=None, withdrawn_at=None)
    counted = dict(open_ones.order_by().values_list("division").annotate(Count("pk")))
    places = Division.objects.filter(code__in=counted).order_by("code")[:MOST_PLACES]
    return [(place, counted[place.code]) for place in places]


def sample(demand: Demand, actor: Actor, heads: list[DemandHead]) -> list[list[Any]]:
    """The first rows as they will be handed out, masked."""
    ask = ask_of(demand, actor, Act.EXPORT)
    return [row.cells for row in rows(demand, heads, ask, subjects(demand, ask)[:SHOWN])]
