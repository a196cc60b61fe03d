"""认领 and 核验 for everybody (2.4), without log-in: the pledge, how it stands by its code, its certificate."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.origin import address
from bangfu.construction import pledge_rules
from bangfu.construction.greening import certificate
from bangfu.construction.greening.sites import open_sites
from bangfu.construction.models import GreenSite, TreePledge
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import acts, registry
from bangfu.notices.open_codes import Unknown, by_code, typed
from bangfu.notices.open_limits import is_too_often
from bangfu.notices.open_pages import framed
from bangfu.people import codes

#: pledges in a day: from one address, for one site
MOST = {"pledger": 20, "green_site": 100}
TOO_OFTEN = "今天认领的人太多了，请明天再试，或直接和村委会联系"
LARGEST = 10_000


class PledgeForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="认领方式", choices=TreePledge.Kind.choices)
    trees = forms.IntegerField(label="株数", min_value=1, max_value=LARGEST)
    pledged_yuan = forms.DecimalField(
        label="认捐金额（元）", min_value=0, max_digits=9, decimal_places=2, required=False,
        help_text="自己来种的可以不填；钱由公益基金经办人收，开票据，这里不收款",
    )  # fmt: skip
    donor = forms.CharField(label="姓名或单位", max_length=80)
    donor_kind = forms.ChoiceField(label="您是", choices=[("", "请选择"), *codes.choices("tree_donor")], required=False)
    phone = forms.RegexField(
        r"^1\d{10}$", label="手机号", help_text="只用来和您联系，不公开", error_messages={"invalid": "请填 11 位手机号"}
    )
    is_shown = forms.BooleanField(label="同意在绿化点的公开页面上显示姓名或单位", required=False)
    website = forms.CharField(required=False)

    def __init__(self, site: GreenSite, room: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site, self.room = site, room

    def clean_donor(self) -> str:
        name = clean(self.cleaned_data["donor"])
        if not name:
            raise forms.ValidationError("请填姓名或单位")
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind")
        if kind == TreePledge.Kind.DONATION and not data.get("pledged_yuan"):
            self.add_error("pledged_yuan", "认捐请填金额")
        if kind != TreePledge.Kind.ADOPTION and data.get("trees", 0) > self.room:  # who adopts, adopts what is planted
            self.add_error("trees", f"这里只剩 {self.room} 株可以认领，请改株数或另选一处")
        return data


def room_of(site: GreenSite) -> int:
    taken = site.pledges.filter(withdrawn_at=None).exclude(kind="adoption").aggregate(trees=Sum("trees"))["trees"] or 0
    return max(site.room_trees - taken, 0)


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
@transaction.atomic
def pledge_page(request: Request, pk: int) -> HttpResponse:
    sites = open_sites(dates.today()).select_related("village").filter(pk=pk)
    if request.method == "POST":  # two who want the last trees of a site come one after the other
        sites = sites.select_for_update(of=("self",), no_key=True)
    site = sites.first()
    if site is None:
        raise Http404("这个绿化点没有开放，或已经结束")
    room = room_of(site)
    sent = request.POST if request.method == "POST" else None
    form = PledgeForm(site, room, sent, initial={"client_uuid": uuid.uuid4(), "trees": 1})
    status = 200
    if sent is not None:
        status = 422
        if form.is_valid():
            if form.cleaned_data["website"]:  # a program: it gets what everybody gets, and nothing is kept
                return redirect("greening:site", site.pk)
            if is_too_often(MOST, pledger=address(request) or "", green_site=str(site.pk)):
                return _said(request, "请明天再试", TOO_OFTEN, 429)
            pledge = accept(site, form.cleaned_data)
            return redirect(f"{reverse('greening:certificate', args=[pledge.code])}?new=1")
    context = framed(request) | {"site": site, "form": form, "room": room}
    return render(request, "construction/pledge.html", context, status=status)


def accept(site: GreenSite, data: dict[str, Any]) -> TreePledge:
    """A pledge that somebody made; sent twice, it is the one made first."""
    ledger = registry.of(TreePledge)
    assert ledger
    names = ("kind", "trees", "pledged_yuan", "donor", "donor_kind", "phone", "is_shown")
    values = {name: data[name] for name in names} | {
        "village_id": site.village_id, "green_site": site, "pledged_on": dates.today(), "is_from_public": True,
    }  # fmt: skip
    made = acts.create(ledger, values, by=Actor(None), client_uuid=data["client_uuid"])
    return TreePledge.objects.get(pk=made.pk)  # with its code


def _pledges() -> Any:
    shown = TreePledge.objects.filter(withdrawn_at=None)
    return shown.select_related("village", "green_site", "ancient_tree")


def _unknown(request: Request, unknown: Unknown) -> HttpResponse:
    return _said(request, unknown.title, str(unknown), unknown.status)


def _said(request: Request, title: str, words: str, status: int) -> HttpResponse:
    context = framed(request) | {"words_title": title, "words": words}
    return render(request, "construction/find_certificate.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
def find_page(request: Request) -> HttpResponse:
    if request.method == "POST":
        try:
            found = by_code(request, typed(request), _pledges())
        except Unknown as unknown:
            return _unknown(request, unknown)
        return redirect("greening:certificate", found.code)
    return _said(request, "", "", 200)


@require_GET
@never_cache
@login_not_required
def certificate_page(request: Request, code: str) -> HttpResponse:
    try:
        pledge = by_code(request, code, _pledges())
    except Unknown as unknown:
        return _unknown(request, unknown)
    ended = bool(pledge.until_on and pledge.until_on < dates.today())
    context = framed(request) | {
        "pledge": pledge, "certified_on": pledge_rules.certified_on(pledge), "ended": ended,
        "name": pledge.donor if pledge.is_shown else masked(pledge.donor), "is_new": "new" in request.GET,
    }  # fmt: skip
    return render(request, "construction/certificate.html", context)


def masked(name: str) -> str:
    """Enough for the holder to know that it is his, too little for anybody else."""
    return name[:1] + "＊" * min(len(name) - 1, 3) if len(name) > 1 else name


@require_GET
@never_cache
@login_not_required
def certificate_file(request: Request, code: str) -> HttpResponse:
    try:
        pledge = by_code(request, code, _pledges())
    except Unknown as unknown:
        return _unknown(request, unknown)
    if not pledge_rules.certified_on(pledge):
        raise Http404("还没有到账或种下，暂时没有证书")
    address_of_it = request.build_absolute_uri(reverse("greening:certificate", args=[pledge.code]))
    response = HttpResponse(certificate.drawn(pledge, address_of_it), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{pledge.code}.pdf"'
    return response
