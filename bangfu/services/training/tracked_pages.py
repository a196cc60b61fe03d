"""三类人员 (1.3): new labour, returnees and farmers of a place, found by themselves; who was asked already, who not yet."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.lawbook.parameters import Snapshot
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.people.models import Person
from bangfu.services import tracked
from bangfu.services.training.training_need import TrainingNeed

PAGE, COUNTED = 60, 1000
#: what is asked of whom: group → (slug, words)
ASKED = {
    tracked.NEW_LABOUR: ("vocational-wishes", "登记就读意愿"),
    tracked.RETURNEE: ("employment-wishes", "登记就业意向"),
    tracked.FARMER: ("training-needs", "登记培训需求"),
}
_TABLES = {
    "vocational-wishes": "services_vocationalwish", "employment-wishes": "services_employmentwish",
    "training-needs": "services_trainingneed",
}  # fmt: skip


def _places(scope: Scope) -> str:
    return " OR ".join(f"p.village_id BETWEEN {int(low)} AND {int(high)}" for low, high in scope.ranges) or "false"


def rows(group: str, scope: Scope, after: tuple[int, int], size: int) -> list[tuple[int, int, bool]]:
    """(village, person, was asked) in order, after a row; who of the group lives in the scope."""
    table = _TABLES[ASKED[group][0]]
    sql = f"""SELECT p.village_id, p.id, EXISTS (SELECT FROM {table} a WHERE a.person_id = p.id AND a.withdrawn_at IS NULL)
        FROM people_person p WHERE ({_places(scope)}) AND (p.village_id, p.id) > (%(village)s, %(person)s)
        AND {tracked.present(group)} ORDER BY p.village_id, p.id LIMIT %(size)s"""  # noqa: S608 - constants and numbers
    place = scope.ranges[0][0] if scope.ranges else None
    values = tracked.values(Snapshot.take(), dates.today(), place)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "village": after[0], "person": after[1], "size": size})
        return list(cursor.fetchall())


@require_GET
@needs(Act.READ)
def tracked_page(request: Request) -> HttpResponse:
    """One group of the place chosen."""
    persons, needs_of = registry.of(Person), registry.of(TrainingNeed)
    assert persons and needs_of
    if not (persons.may(request.actor, Act.READ) and needs_of.may(request.actor, Act.READ)):
        raise PermissionDenied("您的角色不能查看家庭成员")
    group = next((one for one in tracked.GROUPS if one.value == request.GET.get("group", tracked.NEW_LABOUR)), None)
    if group is None:
        raise Http404("没有这一类人员")
    scope = needs_of.reach(request.actor).intersect(persons.reach(request.actor))
    found = rows(group.value, scope, _after(request.GET.get("after", "")), PAGE + 1)
    shown, slug = found[:PAGE], ASKED[group.value][0]
    context = {
        "ledger": needs_of, "groups": tracked.GROUPS, "group": group, "words": ASKED[group.value][1],
        "lines": _lines(shown, slug, persons), "slug": slug,
        "next": f"group={group.value}&after={shown[-1][0]}-{shown[-1][1]}" if len(found) > PAGE else "",
        "may_edit": needs_of.may(request.actor, Act.EDIT),
    }  # fmt: skip
    return render(request, "services/tracked.html", context)


def _after(text: str) -> tuple[int, int]:
    village, _, person = text.partition("-")
    return (int(village), int(person)) if village.isdecimal() and person.isdecimal() and len(text) < 36 else (0, 0)


def _lines(found: list[tuple[int, int, bool]], slug: str, persons: Ledger) -> list[dict[str, Any]]:
    people = Person.objects.select_related("village", "household").in_bulk([key for _, key, _ in found])
    today, new = dates.today(), reverse("ledger:new", args=[slug])
    return [
        {
            "person": people[key], "age": _age(people[key], today), "was_asked": asked,
            "url": persons.record_url(key), "ask_url": f"{new}?person={key}",
        }
        for _, key, asked in found
    ]  # fmt: skip


def _age(person: Person, today: Any) -> int:
    born = person.born_on
    return int(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
