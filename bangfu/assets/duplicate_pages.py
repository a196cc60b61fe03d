"""可能重复的资产 (1.4): one thing under several names, as the ledgers of village, town and county have it: same place or one
within the other, same cost, similar name; a person decides."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.assets.alike import ALIKE, likeness
from bangfu.assets.models import Asset, DistinctAssets
from bangfu.assets.powers import asset_or_404, is_officer, key_of
from bangfu.bookkeeping.posting import Refused
from bangfu.funds.allotting import ledger_of
from bangfu.funds.book_pages import place_of
from bangfu.kernel import codes
from bangfu.ledger import acts
from bangfu.ledger.acts import recorded

LOOKED, SHOWN = 2000, 20
#: pairs that cost the same in one place, by set; the names are compared here
_SAME = """
    SELECT least(a.id, b.id), greatest(a.id, b.id), a.name, b.name
      FROM assets_asset a
      JOIN assets_asset b ON b.cost_yuan = a.cost_yuan AND (b.id > a.id AND b.division_id = a.division_id
           OR b.division_id <> a.division_id AND b.division_id IN (a.division_id / 1000 * 1000, a.division_id / 1000000 * 1000000))
     WHERE a.division_id BETWEEN %(low)s AND %(high)s AND b.division_id BETWEEN %(low)s AND %(high)s
       AND a.withdrawn_at IS NULL AND b.withdrawn_at IS NULL AND a.cost_yuan > 0
       AND a.state NOT IN ('disposed', 'lost') AND b.state NOT IN ('disposed', 'lost')
       AND abs(a.formed_year - b.formed_year) <= 1
       AND NOT EXISTS (SELECT 1 FROM assets_distinctassets d
                        WHERE d.first_id = least(a.id, b.id) AND d.second_id = greatest(a.id, b.id))
     ORDER BY a.cost_yuan DESC, a.id, b.id LIMIT %(most)s"""


@dataclass(frozen=True)
class Pair:
    both: tuple[Asset, Asset]


def pairs(place: int) -> list[tuple[int, int]]:
    low, high = codes.bounds(place)
    with connection.cursor() as cursor:
        cursor.execute(_SAME, {"low": low, "high": high, "most": LOOKED})
        return [(first, second) for first, second, one, other in cursor.fetchall() if likeness(one, other) >= ALIKE]


@require_safe
@needs(Act.READ)
def duplicates(request: Request) -> HttpResponse:
    place = place_of(request)
    found = pairs(place.pk)[:SHOWN]
    keys = {pk for pair in found for pk in pair}
    rows = ledger_of(Asset).visible_to(request.actor).filter(pk__in=keys).select_related("division", "project")
    assets = {row.pk: row for row in rows}
    shown = [Pair((assets[a], assets[b])) for a, b in found if a in assets and b in assets]
    return render(request, "assets/duplicates.html", {"pairs": shown, "place_here": place})


@require_POST
@needs(Act.EDIT)
def decide(request: Request) -> HttpResponse:
    keep, other = (asset_or_404(request.actor, key_of(request.POST.get(name, ""))) for name in ("keep", "other"))
    if keep.pk == other.pk or not all(is_officer(request.actor, each.division_id) for each in (keep, other)):
        raise PermissionDenied("由镇、县判定")
    if request.POST.get("act") == "same":
        try:
            merge(keep, other, by=request.actor)
            messages.success(request, f"留下 {keep.asset_no}，{other.asset_no} 已撤回")
        except (Refused, acts.Refused) as refused:
            messages.error(request, str(refused))
    else:
        first, second = sorted((keep, other), key=lambda each: each.pk)
        DistinctAssets.objects.get_or_create(
            first=first, second=second, defaults={"by": request.actor.user, "said_at": timezone.now()}
        )
        messages.success(request, "已记下：不是同一项")
    place = request.GET.get("place", "")
    return redirect(reverse("assets:duplicates") + (f"?place={place}" if place.isdecimal() else ""))


FILLED = ("project_id", "old_no", "spec", "unit_word", "owner_level", "owner", "user_name", "operation_mode", "keeper",
          "keeper_phone", "care_fund", "quantity", "acquired_on", "longitude", "latitude")  # fmt: skip


def merge(keep: Asset, other: Asset, *, by: Actor) -> None:
    """The other is withdrawn, what it knows and the kept one does not goes over to it. Both are locked: two who decide at
    once never withdraw both. Errors: Refused."""
    ledger, reason = ledger_of(Asset), f"与 {other.asset_no} 是同一项"
    with recorded(by, "assets.same", reason):
        rows = Asset.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
        found = {row.pk: row for row in rows.filter(pk__in=[keep.pk, other.pk])}
        keep, other = found[keep.pk], found[other.pk]
        if gone := next((row.asset_no for row in (keep, other) if row.withdrawn_at), ""):
            raise Refused(f"{gone} 已经撤回了")
        if not ledger.visible_to(by, Act.WITHDRAW).filter(pk=other.pk).exists():
            raise Refused(f"“{other}”已经{other.get_state_display()}或有收款，不能撤回；请留这一条，撤回另一条")
        values = {name: getattr(other, name) for name in FILLED if not getattr(keep, name) and getattr(other, name)}
        acts.withdraw(ledger, other, by=by, reason=f"与 {keep.asset_no} 是同一项资产")
        if values:
            acts.change(ledger, keep, values, by=by, version=keep.version, reason=reason)
