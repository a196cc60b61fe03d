"""The roster out and in: one sheet; what was read is shown with its faults by row before anything is written."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import AccessKind
from bangfu.accounts.roles import Act
from bangfu.exchange import documents
from bangfu.exchange.sniff import Refused
from bangfu.kernel import dates
from bangfu.ledger import acts, history
from bangfu.units import roster, roster_reading
from bangfu.units.models import Cadre, Team
from bangfu.units.pages import ledger
from bangfu.units.roster_reading import Person

history.ACTS["units.roster"] = "导入花名册"
SALT = "units.roster"
MOST_BYTES = 5 * 2**20
HOUR = 3600


@require_GET
@needs(Act.EXPORT)
def roster_file(request: Request) -> HttpResponse:
    """Of the place chosen; phones are masked as in every export."""
    if not ledger(Cadre).may(request.actor, Act.EXPORT):
        raise PermissionDenied("您的角色不能导出花名册")
    today = dates.today()
    found = roster.teams(request.actor, today)
    people = sum(len(roster.lines(team)) for team in found)
    access.record(request.actor, AccessKind.EXPORT, "cadres", rows=people, detail="花名册")
    return documents.sent(roster.workbook(found, today), documents.WORKBOOK, f"驻镇工作队花名册{today}.xlsx")


class FileForm(forms.Form):
    file = forms.FileField(label="花名册", help_text="县里现用的合并表就行：镇、工作队、姓名、职务、派出单位、到任日期")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(f"文件超过 {MOST_BYTES // 2**20} MB，花名册一般没有这么大")
        return file


@require_http_methods(["GET", "POST"])
@needs(Act.IMPORT)
def roster_page(request: Request) -> HttpResponse:
    """A file is read and judged; `read` (what was read, signed) with act=write is judged again and written."""
    actor, today = request.actor, dates.today()
    if not ledger(Cadre).may(actor, Act.IMPORT) or not actor.scope(Act.EDIT, ledger(Cadre).edited_by):
        raise PermissionDenied("您的角色不能导入花名册")
    form, people, kept = FileForm(), None, ""
    if request.method == "POST" and request.POST.get("act") == "write":
        try:
            rows = [tuple(each) for each in signing.loads(request.POST.get("read", ""), salt=SALT, max_age=HOUR)]
        except signing.BadSignature:
            messages.error(request, "读入的内容已过期，请再传一次")
            return redirect("units:roster")
        try:
            messages.success(request, write(rows, actor, today))
        except (IntegrityError, acts.Overtaken):
            messages.error(request, "刚刚有人改了同一支队伍，这次没有写入，请再传一次看结果")
            return redirect("units:roster")
        return redirect(ledger(Cadre).url())
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                rows = roster_reading.read(form.cleaned_data["file"])
            except Refused as refused:
                form.add_error("file", str(refused))
            else:
                people = roster_reading.judge(rows, actor, today)
                kept = signing.dumps(rows, salt=SALT, compress=True)
    context = {"form": form, "people": people, "kept": kept, **_counted(people or [])}
    return render(request, "units/roster.html", context, status=422 if form.errors else 200)


def _counted(people: list[Person]) -> dict[str, Any]:
    good = [person for person in people if not person.faults]
    return {
        "wrong": [person for person in people if person.faults],
        "new": sum(person.state == "new" for person in good),
        "changed": sum(person.state == "changed" for person in good),
        "same": sum(person.state == "same" for person in good),
        "teams": len({person.town for person in good if person.team is None}),
    }


@transaction.atomic
def write(rows: list[Any], actor: Actor, on: date) -> str:
    """Judged anew in the same transaction, one roster after the other: sent twice, the second finds everybody there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [SALT])
    people = [person for person in roster_reading.judge(rows, actor, on) if not person.faults]
    teams, made, changed = ledger(Team), 0, 0
    with acts.recorded(actor, "units.roster"):
        new_teams: dict[int, Any] = {}
        for person in people:
            if person.state == "changed" and person.cadre:
                cadre = Cadre.objects.select_for_update().get(pk=person.cadre)
                acts.change(ledger(Cadre), cadre, person.values, by=actor, version=cadre.version)
                changed += 1
            elif person.state == "new":
                team = Team.objects.get(pk=person.team) if person.team else new_teams.get(person.town)
                if team is None:
                    name = person.said.get("team") or f"驻{person.said['town']}工作队"
                    values = {"town_id": person.town, "name": name, "from_on": person.values["from_on"]}
                    team = new_teams[person.town] = acts.create(teams, values, by=actor)
                acts.create(ledger(Cadre), person.values | {"team": team}, by=actor)
                made += 1
    return f"花名册已写入：新登记 {made} 人，更新 {changed} 人，新建 {len(new_teams)} 支工作队"
