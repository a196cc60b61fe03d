"""The page of a rotation: who leaves, who comes, what goes over; shown once before it is done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import Unit, User
from bangfu.accounts.roles import Act
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.ledger.acts import Overtaken
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.forms import RecordField
from bangfu.people import codes
from bangfu.units import rotation
from bangfu.units.cadre import Cadre
from bangfu.units.posts import Post
from bangfu.workflow.acts import Refused


def _ledger(model: type[Any]) -> Ledger:
    found = registry.of(model)
    assert found
    return found


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RotationForm(forms.Form):
    """Two dates and the successor; unit, post and kind are those of the one who leaves until changed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    last_on = forms.DateField(label="离任日期", widget=_day())
    name = forms.CharField(label="接任人姓名", max_length=40)
    phone = forms.RegexField(r"^1\d{10}$", label="手机", required=False, error_messages={"invalid": "请填 11 位手机号"})
    from_on = forms.DateField(label="到任日期", widget=_day())
    post = forms.ChoiceField(label="职务", choices=Post.choices)
    deputy_agreement_no = forms.CharField(label="增配副队长的书面意见", max_length=80, required=False)
    kind = forms.ChoiceField(label="干部类别", choices=codes.choices("cadre_sort"))
    account = forms.CharField(
        label="接任人账号",
        max_length=60,
        required=False,
        help_text="已开账号的填账号名，在办事项转到名下；没有的先不填",
    )
    reason = forms.CharField(label="依据或原因", max_length=200)

    def __init__(self, leaving: Cadre, actor: Actor, data: Any = None) -> None:
        last = min(leaving.to_on or dates.today(), dates.today())
        initial = {
            "version": leaving.version, "last_on": last, "from_on": rotation.next_day(last), "post": leaving.post,
            "kind": leaving.kind, "sending_unit": leaving.sending_unit_id,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.leaving, self.actor = leaving, actor
        self.fields["sending_unit"] = RecordField(_ledger(Unit), actor, label="派出单位")
        self.order_fields(["version", "last_on", "name", "phone", "sending_unit", "from_on"])

    def clean_account(self) -> User | None:
        name = self.cleaned_data["account"].strip()
        user = User.objects.filter(username=name, is_active=True).first() if name else None
        if name and (user is None or user == self.leaving.user):
            raise forms.ValidationError(f"没有账号“{name}”，请向安全员核对" if user is None else "这是离任人自己的账号")
        return user

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            for name, words in rotation.faults(self.leaving, data["last_on"], data, self.actor).items():
                self.add_error(name, words)
        return data

    def values(self) -> dict[str, Any]:
        """Columns of the successor's row."""
        names = ("name", "phone", "sending_unit", "from_on", "post", "kind", "deputy_agreement_no")
        return {name: self.cleaned_data[name] for name in names} | {"user": self.cleaned_data["account"]}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.EDIT)
def rotate(request: Request, pk: int) -> HttpResponse:
    rows = _ledger(Cadre).visible_to(request.actor, Act.EDIT).select_related("team", "town", "sending_unit", "user")
    leaving = rows.filter(pk=pk, withdrawn_at=None).first()
    if leaving is None:
        raise Http404("没有这名干部，或不在您的工作范围内")
    form = RotationForm(leaving, request.actor, request.POST if request.method == "POST" else None)
    estate = None
    if request.method == "POST" and form.is_valid():
        estate = rotation.estate(leaving, form.cleaned_data["account"], dates.today())
        if request.POST.get("confirmed") == "1" and (done := _done(request, leaving, form)):
            return done
    context = {"cadre": leaving, "form": form, "estate": None if form.errors else estate}
    return render(request, "units/rotate.html", context, status=422 if form.errors else 200)


def _done(request: Request, leaving: Cadre, form: RotationForm) -> HttpResponse | None:
    """None when it was refused: the form then says why."""
    data = form.cleaned_data
    leaving.version = data["version"]
    try:
        successor = rotation.rotate(
            leaving, data["last_on"], form.values(), by=request.actor, at=timezone.now(), reason=data["reason"]
        )
    except Overtaken:
        form.add_error(None, "这名干部的登记刚刚被他人修改，请返回看过新内容后再办")
    except Refused as refused:
        form.add_error(None, str(refused))
    else:
        told = f"{leaving}已离任，{successor}接任，在办事项已交接"
        grants = "；离任人的账号授权请安全员终止" if leaving.user else ""
        messages.success(request, told + grants)
        return redirect("units:team", pk=leaving.team_id)
    return None
