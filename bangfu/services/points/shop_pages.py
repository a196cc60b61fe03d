"""积分超市 (3.4): goods with their stock, and a household's points turned into goods; receipts; the codes on paper."""

from __future__ import annotations

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.bookkeeping.models import Account
from bangfu.divisions.models import Division
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import Level
from bangfu.ledger import registry
from bangfu.ledger.forms import RecordField
from bangfu.people.household import HouseholdLedger
from bangfu.people.models import Household
from bangfu.services.points import points_code, shop
from bangfu.services.points.points_goods import PointsGoods, PointsGoodsLedger
from bangfu.services.points.points_redemption import PointsRedemption

MOST_GOODS, CODES_A_PAGE = 60, 200


class RedeemForm(forms.Form):
    request_key = forms.UUIDField(widget=forms.HiddenInput)
    pieces = forms.IntegerField(label="数量", min_value=1, max_value=shop.MOST_PIECES, initial=1)

    def __init__(self, actor: Actor, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"request_key": uuid4()})
        self.fields["household"] = RecordField(
            HouseholdLedger(), actor, label="哪一户", help_text="输入户主姓名、电话或户编号"
        )
        goods = _goods(actor, Act.EDIT)
        self.fields["goods"] = forms.ModelChoiceField(goods, label="换什么", empty_label="请选择")
        self.order_fields(["household", "goods", "pieces"])


def _ledger() -> PointsGoodsLedger:
    found = registry.of(PointsGoods)
    assert isinstance(found, PointsGoodsLedger)
    return found


def _goods(actor: Actor, act: Act) -> QuerySet[PointsGoods]:
    here = _ledger().reach(actor, act)
    return _ledger().visible_to(actor, act).filter(here.q("village"), withdrawn_at=None, is_offered=True).order_by("pk")


def _stocked(actor: Actor) -> list[PointsGoods]:
    key = Concat(Value("points:goods:"), Cast(OuterRef("pk"), CharField()))
    stock = Account.objects.filter(key=key).values("balance_fen")
    rows = _ledger().visible_to(actor).filter(_ledger().reach(actor).q("village"), withdrawn_at=None)
    return list(rows.select_related("village").annotate(stock=Coalesce(Subquery(stock), 0)).order_by("pk")[:MOST_GOODS])


@require_http_methods(["GET", "POST"])
@needs(Act.READ)
def shop_page(request: Request) -> HttpResponse:
    """Goods and stock; for those who work there the form of a redemption."""
    if not _ledger().may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看积分商品")
    may_edit = _ledger().may(request.actor, Act.EDIT)
    form = RedeemForm(request.actor, request.POST if request.method == "POST" else None) if may_edit else None
    if request.method == "POST" and form is None:
        raise PermissionDenied("您的角色不能登记兑换")
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            _redeem(request, form)
        except shop.Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect("services:points-shop")
    context = {
        "ledger": _ledger(), "goods": _stocked(request.actor), "form": form, "may_edit": may_edit,
        "receipt_key": uuid4(), "villages": _villages(request.actor) if may_edit else [],
    }  # fmt: skip
    return render(
        request, "services/points_shop.html", context, status=422 if form is not None and form.errors else 200
    )


def _redeem(request: Request, form: RedeemForm) -> None:
    data = form.cleaned_data
    home: Household = data["household"]
    if home.village_id not in request.actor.scope(Act.EDIT, PointsGoodsLedger.edited_by):
        raise shop.Refused("这一户不在您的工作范围内")
    done = shop.redeem(
        home,
        data["goods"],
        data["pieces"],
        str(data["request_key"]),
        by=request.actor,
        on=dates.today(),
        at=timezone.now(),
    )
    messages.success(
        request, f"{home}用 {done.points} 分换了 {done.quantity} {done.points_goods.unit}{done.points_goods.name}"
    )


@require_POST
@needs(Act.EDIT)
def receive(request: Request, pk: int) -> HttpResponse:
    goods = _ledger().visible_to(request.actor, Act.EDIT).filter(pk=pk, withdrawn_at=None).first()
    if goods is None:
        raise Http404("没有这种商品，或不在您的工作范围内")
    pieces = request.POST.get("pieces", "")
    try:
        key = str(UUID(request.POST.get("request_key", "")))
        number = int(pieces) if pieces.removeprefix("-").isdecimal() and len(pieces) < 6 else 0
        shop.receive(
            goods,
            number,
            f"{pk}:{key}",
            says=request.POST.get("says", ""),
            by=request.actor,
            on=dates.today(),
            at=timezone.now(),
        )
    except shop.Refused as error:
        messages.error(request, str(error))
    except ValueError:
        messages.error(request, "请刷新页面后再登记进货")
    else:
        messages.success(request, f"{goods.name}库存已更新")
    return redirect("services:points-shop")


@require_POST
@needs(Act.EDIT)
def give_back(request: Request, pk: int) -> HttpResponse:
    within = request.actor.scope(Act.EDIT, PointsGoodsLedger.edited_by)
    row = (
        PointsRedemption.objects.filter(within.q("village"), pk=pk).select_related("household", "points_goods").first()
    )
    if row is None:
        raise Http404("没有这笔兑换，或不在您的工作范围内")
    try:
        shop.give_back(row, request.POST.get("words", ""), by=request.actor, on=dates.today(), at=timezone.now())
    except shop.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{row}已退回，积分和库存都回来了")
    return redirect(reverse("ledger:detail", args=["points-redemptions", pk]))


def _villages(actor: Actor) -> list[Division]:
    """Those of a town or village whose codes may be printed; a county chooses a town first."""
    ranges = _ledger().reach(actor, Act.EDIT).ranges
    if not ranges or any(high - low >= codes.SPANS[Level.COUNTY] - 1 for low, high in ranges):
        return []
    places = Q(pk__in=[])
    for low, high in ranges:
        places |= Q(code__gte=low, code__lte=high)
    return list(Division.objects.filter(places, level=Level.VILLAGE, valid_to=None).order_by("code")[:MOST_GOODS])


@require_GET
@needs(Act.EDIT)
def code_sheet(request: Request, village: int) -> HttpResponse:
    """A sheet to cut: household, code and address. Codes stay the same when it is printed again."""
    if village not in request.actor.scope(Act.EDIT, PointsGoodsLedger.edited_by):
        raise Http404("没有这个村，或不在您的工作范围内")
    place, after = Division.objects.filter(pk=village, level=Level.VILLAGE).first(), request.GET.get("after", "")
    if place is None:
        raise Http404("没有这个村")
    homes = Household.objects.filter(village=village, withdrawn_at=None, member_count__gt=0).order_by("pk")
    if after.isdecimal() and len(after) < 16:
        homes = homes.filter(pk__gt=int(after))
    found = list(homes[: CODES_A_PAGE + 1])
    shown = found[:CODES_A_PAGE]
    made = points_code.for_households(home.pk for home in shown)
    context = {
        "village": place, "cards": [(home, points_code.spaced(made[home.pk])) for home in shown],
        "address": request.build_absolute_uri(reverse("points:lookup")),
        "next": urlencode({"after": shown[-1].pk}) if len(found) > CODES_A_PAGE else "",
    }  # fmt: skip
    response = render(request, "services/points_codes.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
