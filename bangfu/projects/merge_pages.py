"""合并申报 (2.2): the town makes one project out of the same wishes of several villages."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act, Role
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean
from bangfu.projects import acts
from bangfu.projects.models import Project
from bangfu.projects.states import State
from bangfu.workflow import acts as flow_acts

LISTED = 500
Group = tuple[str, list[Project]]


@require_http_methods(["GET", "POST"])
@needs(Act.EDIT)
def merge(request: Request) -> HttpResponse:
    if Role.TOWN not in request.actor.roles:
        raise PermissionDenied("合并申报由镇里办")
    rows = acts.ledger().visible_to(request.actor, Act.EDIT).filter(state=State.TOWN_REVIEW, withdrawn_at=None)
    rows = rows.filter(request.actor.scope(Act.EDIT, (Role.TOWN,)).q("division"))
    waiting = list(rows.filter(division__level=Level.VILLAGE).select_related("division", "plan_item")[:LISTED])
    error = ""
    if request.method == "POST":
        chosen = {int(pk) for pk in request.POST.getlist("part") if pk.isdecimal() and len(pk) < 19}
        name = clean(request.POST.get("name", ""))[:80]
        try:
            if not name:
                raise acts.Refused("请填写合并后的项目名称")
            parts = [project for project in waiting if project.pk in chosen]
            made = acts.merge(parts, name, by=request.actor, at=timezone.now(), client_uuid=_sent(request))
        except (acts.Refused, flow_acts.Refused, flow_acts.Overtaken) as refused:
            error = str(refused)
        else:
            messages.success(request, f"已合并成“{made.name}”（{made.project_no}），请核对内容后审核")
            return redirect(acts.ledger().record_url(made.pk))
    context = {
        "groups": _groups(waiting), "error": error, "chosen": request.POST.getlist("part"), "client_uuid": uuid4(),
        "name": request.POST.get("name", ""), "back": f"{acts.ledger().url()}?state={State.TOWN_REVIEW}",
    }  # fmt: skip
    return render(request, "projects/merge.html", context, status=422 if error else 200)


def _sent(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        return None


def _groups(waiting: list[Project]) -> list[Group]:
    """What may be merged: same town, year and sort."""
    found: defaultdict[tuple[int, int, str], list[Project]] = defaultdict(list)
    for project in waiting:
        found[project.division_id // 1000, project.year, project.sort].append(project)
    return [(f"{rows[0].year} 年{rows[0].get_sort_display()}", rows) for rows in found.values()]
