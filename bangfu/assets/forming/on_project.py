"""What assets say on the page and in the steps of a project, and in the ledger of its money (1.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import CharField, DecimalField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.together import lists
from bangfu.assets.asset import Asset
from bangfu.assets.forming import money
from bangfu.assets.forming.no_asset import NoAsset
from bangfu.assets.forming.splitting import BUILT
from bangfu.assets.fund_part import FundPart
from bangfu.assets.powers import is_officer
from bangfu.exchange.sheet import Kind
from bangfu.funds import official_sheets, use_sheet
from bangfu.funds.allotting import ledger_of
from bangfu.funds.official_sheets import Fact
from bangfu.projects import hooks
from bangfu.projects.project import Project
from bangfu.projects.states import FLOW
from bangfu.workflow import acts
from bangfu.workflow.models import Deed, Flow, StepRecord

_NO_ASSET = "form_no_asset"


def section(project: Project, actor: Actor) -> list[dict[str, Any]]:
    if project.state not in BUILT:
        return []
    ledger = ledger_of(Asset)
    formed = ledger.visible_to(actor).filter(project=project, withdrawn_at=None).order_by("pk")
    rows, stated = lists([formed, NoAsset.objects.filter(project=project, withdrawn_at=None)])
    known = money.money_of(project)
    may = is_officer(actor, project.division_id) and (known.left > 0 or not rows)
    found = {
        "title": "形成的资产", "template": "assets/_project.html", "rows": [(row, ledger.record_url(row.pk)) for row in rows],
        "stated": next(iter(stated), None), "money": known, "form": reverse("assets:form", args=[project.pk]) if may else "",
    }  # fmt: skip
    return [found]


def has_assets(flow: Flow, on: date) -> str:
    """形成资产 is a step only for one that has them."""
    if Asset.objects.filter(project=flow.subject_id, withdrawn_at=None).exists():
        return ""
    return "还没有登记资产，请先在项目页面“形成的资产”里登记；确实不形成的，办“不形成资产”"


def has_no_assets(flow: Flow, on: date) -> str:
    rows = Asset.objects.filter(project=flow.subject_id, withdrawn_at=None)
    return "已经登记了资产，请办“形成资产”" if rows.exists() else ""


def nothing_hangs_on_it(project: Project, record: StepRecord) -> None:
    """An acceptance is not undone under assets that came of it."""
    if count := Asset.objects.filter(project=project, withdrawn_at=None).count():
        raise acts.refuse(f"已经登记了 {count} 项资产，请先撤回资产，再撤销验收", "指引 1.4")


def _formed() -> Subquery:
    """Of a budget line: what of its payments is in assets."""
    rows = FundPart.objects.filter(line=OuterRef("pk"), withdrawn_at=None, asset__withdrawn_at=None)
    sums = rows.order_by().values("line").annotate(total=Sum("yuan")).values("total")
    return Subquery(sums, output_field=DecimalField(max_digits=14, decimal_places=2))


def _reason() -> Coalesce:
    stated = NoAsset.objects.filter(project=OuterRef("project"), withdrawn_at=None).values("reason")[:1]
    steps = StepRecord.objects.filter(
        flow__slug=FLOW, flow__subject_id=OuterRef("project"), step=_NO_ASSET, deed=Deed.STEP, undone_by=None
    )
    taken = steps.order_by("-pk").values("reason")[:1]
    return Coalesce(Subquery(stated), Subquery(taken), Value(""), output_field=CharField())


def join() -> None:
    hooks.sections.append(section)
    hooks.guards["form_asset"].append(has_assets)
    hooks.guards[_NO_ASSET].append(has_no_assets)
    hooks.after_acceptance_undone.append(nothing_hangs_on_it)
    facts = official_sheets.source(use_sheet.SLUG).facts
    facts["asset_yuan"] = Fact(_formed(), Kind.DECIMAL, is_money=True)
    facts["no_asset_reason"] = Fact(_reason())
