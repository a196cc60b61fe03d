"""Pages of a disposal beside its flow (1.4): the application, and the proceeds that came in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from bangfu.accounts.http import Request
from bangfu.assets.asset import Asset
from bangfu.assets.disposal import acts
from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.proceeds import booked_of
from bangfu.assets.operating.forms import ProceedsForm, choice, prose, words
from bangfu.assets.operating.pages import METHODS, act_page, to_write
from bangfu.funds.allotting import ledger_of
from bangfu.funds.forms import ActForm
from bangfu.kernel import dates
from bangfu.people import codes


class ApplyForm(ActForm):
    reason_kind = choice("处置原因", codes.choices("asset_disposal_reason"))
    reason = prose("具体情况", 300)
    method = choice("处置方式", codes.choices("asset_disposal_method"))
    use_plan = words("处置收入打算用在哪里", 200, "没有收入的不填", required=False)
    applicant = words("申请人", 80, "所有权人或其代表")


@METHODS
def apply(request: Request, pk: int) -> HttpResponse:
    asset: Asset = to_write(Asset, request.actor, pk)
    form = ApplyForm(request.POST or None, initial={"applicant": asset.owner})
    return act_page(
        request, asset, form, lambda data, doing: acts.apply(asset, data, doing), title="申请处置",
        says="申请以后依次办：民主决策、评估、镇审核、县批准或备案、公示、处置、入账。没有批准不能处置；办完或撤回以前，不能再申请。",
    )  # fmt: skip


@METHODS
def proceeds(request: Request, pk: int) -> HttpResponse:
    row: Disposal = to_write(Disposal, request.actor, pk)
    known: dict[str, Any] = {
        "amount_yuan": (row.proceeds_yuan or 0) - booked_of(row),
        "payer": row.receiver,
        "received_on": dates.today(),
    }
    form = ProceedsForm(request.POST or None, initial=known)
    return act_page(
        request, row.asset, form, lambda data, doing: acts.book_proceeds(row, data, doing), title="登记处置收入",
        says="收到以后怎样使用，在资产页面“登记使用”，出自选处置收入。", then=ledger_of(Disposal).record_url(row.pk),
    )  # fmt: skip
