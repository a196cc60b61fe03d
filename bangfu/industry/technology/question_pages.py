"""农技问答库 (4.3): questions that were answered, open to all without who asked."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.industry import tables
from bangfu.industry.tables import Cell, Table
from bangfu.industry.technology.technology_requests import TechnologyRequest
from bangfu.kernel.text import clean
from bangfu.ledger import registry
from bangfu.policy.code_lists import code_list


@require_GET
@needs(Act.READ)
def questions(request: Request) -> HttpResponse:
    """Answered questions of all places, without who asked: a clerk looks here before asking anew."""
    ledger = registry.of(TechnologyRequest)
    assert ledger
    tables.reach(request, ledger)
    crop, text = request.GET.get("crop", ""), clean(request.GET.get("q", ""))[:60]
    after, kinds = tables.number(request.GET.get("after")), code_list("product_kind")
    rows = TechnologyRequest.objects.filter(is_shared=True, answered_on__isnull=False, withdrawn_at=None, id__gt=after)
    if crop in {str(code.value) for code in kinds.codes}:
        rows = rows.filter(crop=crop)
    else:
        crop = ""
    if text:
        rows = rows.filter(question__icontains=text) | rows.filter(answer__icontains=text)
    found = list(
        rows.order_by("pk").values_list("pk", "crop", "question", "answer", "answered_on")[: tables.PER_PAGE + 1]
    )
    full = len(found) > tables.PER_PAGE
    query = {name: value for name, value in (("crop", crop), ("q", text)) if value}
    table = Table(
        "农技问答库", ledger.article, "科技特派员答复过、同意公开的问题和答复，不显示是谁问的。",
        ("品类", "问题", "答复", "答复日期"),
        [[Cell(kinds.label(kind)), Cell(asked), Cell(answer), Cell(day)] for _, kind, asked, answer, day in found[: tables.PER_PAGE]],
        chips=[("全部", "?", not crop), *((code.label, f"?crop={code.value}", code.value == crop) for code in kinds.codes)],
        empty="没有这样的问题；可以登记一条技术需求", finds="在问题和答复里找，如：发黄", text=text,
        action=("登记技术需求", ledger.new_url) if ledger.may(request.actor, Act.EDIT) else ("", ""),
        next=urlencode(query | {"after": found[tables.PER_PAGE - 1][0]}) if full else "",
    )  # fmt: skip
    return tables.page(request, table)
