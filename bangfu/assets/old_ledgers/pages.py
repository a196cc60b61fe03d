"""旧台账导入 (1.4): the file, then its columns and the unit of its amounts, then the preview every import has."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.assets.models import Asset
from bangfu.assets.old_ledgers import reading, uploads
from bangfu.assets.old_ledgers.columns import COST, LABELS
from bangfu.assets.old_ledgers.converting import Choices, Converted, convert
from bangfu.assets.old_ledgers.matching import Projects, proposals
from bangfu.assets.old_ledgers.reading import Area
from bangfu.assets.powers import OFFICERS, asset_or_404, is_officer, key_of, project_or_404
from bangfu.divisions.forms import DivisionField
from bangfu.divisions.models import Division
from bangfu.exchange import registry, runs
from bangfu.exchange.limits import limits
from bangfu.exchange.sniff import Refused
from bangfu.funds.allotting import ledger_of
from bangfu.funds.book_pages import place_of
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.ledger import acts
from bangfu.people import codes as lists

SHOWN, LOOKED = 20, 400
UNITS = (("", "请选单位"), (reading.YUAN, "元"), (reading.WAN, "万元"))
MEANINGS = (("", "不读取"), *LABELS.items())


class PlaceForm(forms.Form):
    """Where rows without a place lie, and their class where no column tells."""

    asset_class = forms.ChoiceField(
        label="没有写类别的算哪一类", choices=[("", "都写了"), *lists.choices("asset_class")], required=False
    )

    def __init__(self, request: Request, data: Any = None) -> None:
        super().__init__(data)
        scope = request.actor.scope(Act.IMPORT, OFFICERS)
        home = next((each for each in request.actor.homes if each.pk in scope), None)
        self.fields["place"] = DivisionField(
            label="这份台账是哪里的", within=scope, act="import", level=(Level.COUNTY, Level.TOWN, Level.VILLAGE),
            initial=home.pk if home else None, help_text="行里没有写地点的，就登记在这里",
        )  # fmt: skip
        self.order_fields(["place", "asset_class"])


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.IMPORT)
def upload(request: Request) -> HttpResponse:
    if not request.actor.scope(Act.IMPORT, OFFICERS):
        raise PermissionDenied("旧台账由县、镇导入")
    fault, areas, token = "", [], request.POST.get("token", "")
    places = PlaceForm(request, request.POST if token else None)
    try:
        if request.method == "POST":
            token = token or uploads.keep(request.FILES.get("file"), request.user)
            areas = _areas(request, token)
            if "start" in request.POST and places.is_valid():
                return _start(request, areas, _choices(request, areas, places), token)
    except Refused as refused:
        fault = str(refused)
    context = {
        "fault": fault, "places": places, "token": token if areas else "", "megabytes": limits().upload_bytes // 2**20,
        "areas": [(area, _lines(request, area)) for area in areas], "meanings": MEANINGS, "units": UNITS,
    }  # fmt: skip
    return render(request, "assets/old_ledger.html", context, status=422 if fault or places.errors else 200)


def _areas(request: Request, token: str) -> list[Area]:
    with uploads.opened(token, request.user) as (path, name):
        return reading.read(path, name)


def _lines(request: Request, area: Area) -> list[dict[str, Any]]:
    """Its columns with what was chosen, at first what their heads say."""
    found = []
    for column in area.columns:
        key = f"{area.position}-{column.index}"
        meaning = request.POST.get(f"as-{key}", column.meaning)
        unit = request.POST.get(f"unit-{key}", column.unit)
        found.append(
            {"column": column, "key": key, "meaning": meaning, "unit": unit, "is_money": column.unit or meaning == COST}
        )
    return found


def _choices(request: Request, areas: list[Area], places: PlaceForm) -> Choices:
    """Errors: Refused, for a unit that nobody said and columns that mean the same."""
    meanings, units = {}, {}
    for area in areas:
        for line in _lines(request, area):
            at = (area.position, line["column"].index)
            if line["meaning"] in LABELS:
                meanings[at] = line["meaning"]
            if line["meaning"] == COST:
                units[at] = line["unit"]
                if line["unit"] not in (reading.YUAN, reading.WAN):
                    raise Refused(f"“{line['column'].head}”的单位是元还是万元？请选定，系统不猜")
        here = [name for (position, _), name in meanings.items() if position == area.position]
        if twice := {LABELS[name] for name in here if here.count(name) > 1}:
            raise Refused(f"工作表“{area.name}”里有几列都认作{'、'.join(sorted(twice))}，请只留一列")
        if missing := [LABELS[name] for name in ("name", COST) if name not in here]:
            raise Refused(f"工作表“{area.name}”里没有指定{'、'.join(missing)}是哪一列")
    return Choices(meanings, units, places.cleaned_data["place"], places.cleaned_data["asset_class"])


def _start(request: Request, areas: list[Area], choices: Choices, token: str) -> HttpResponse:
    name = uploads.name_of(token, request.user)
    scope = request.actor.scope(Act.IMPORT, OFFICERS)
    done: Converted = convert(areas, choices, Projects(choices.place.pk // 10**6 * 10**6, scope))
    book = registry.get("assets")
    assert book
    title = f"{name.rsplit('.', 1)[0]}（旧台账）.xlsx"
    run = runs.start(request.actor, book, io.BytesIO(done.content), title, len(done.content))
    uploads.forget(token, request.user)
    for words in done.left_out:
        messages.warning(request, words)
    rest = f"；另 {done.rows - done.matched} 行导入后可在“项目对应建议”里逐条确认" if done.rows > done.matched else ""
    messages.info(request, f"读到 {done.rows} 行，{done.matched} 行按编号或名称对上了项目{rest}")
    return redirect(run)


@require_safe
@needs(Act.READ)
def matches(request: Request) -> HttpResponse:
    """Assets without a project, each with the one it may have come of."""
    place: Division = place_of(request)
    low, high = codes.bounds(place.pk)
    rows = (
        ledger_of(Asset)
        .visible_to(request.actor)
        .filter(division__gte=low, division__lte=high, project=None, withdrawn_at=None)
    )
    found = list(rows.select_related("division").order_by("division_id", "pk")[:LOOKED])
    known = Projects(place.pk // 10**6 * 10**6, request.actor.scope(Act.READ))
    context = {"proposals": proposals(found, known)[:SHOWN], "place_here": place, "count": len(found), "most": LOOKED}
    return render(request, "assets/matches.html", context)


@require_POST
@needs(Act.EDIT)
def accept(request: Request, pk: int) -> HttpResponse:
    asset = asset_or_404(request.actor, pk)
    project = project_or_404(request.actor, key_of(request.POST.get("project", "")))
    if not is_officer(request.actor, asset.division_id):
        raise PermissionDenied("由镇、县确认")
    if asset.project_id is None and asset.withdrawn_at is None:
        values = {"project": project, "note": "" if asset.note.startswith("原项目：") else asset.note}
        try:
            acts.change(
                ledger_of(Asset), asset, values, by=request.actor, version=asset.version, reason="确认由哪个项目形成"
            )
            messages.success(request, f"{asset}：由“{project}”形成")
        except (acts.Overtaken, acts.Refused) as error:
            messages.error(request, f"{asset}：{error}")
    place = request.GET.get("place", "")
    return redirect(reverse("assets:matches") + (f"?place={place}" if place.isdecimal() else ""))
