"""One finished screening and one check of doubts for the demo: files of four departments about people of 东华镇, invented."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import CAST, COUNTY
from bangfu.accounts.models import Grant, User
from bangfu.consolidation import doubt_checks, screening_files, screening_runs
from bangfu.consolidation.cases import Case
from bangfu.consolidation.screenings import ScreeningRun
from bangfu.divisions.models import Division
from bangfu.people.models import Person

Row = Mapping[str, Any]
ADULTS = ("head", "spouse")
EACH = 14
TOWN = 1000


def load(today: date) -> ScreeningRun | None:
    """Unless there was a run. Needs the households and the cast of the demo."""
    county = Division.objects.get(code=COUNTY)
    if ScreeningRun.objects.filter(county=county).exists():
        return None
    officer = User.objects.get(username=next(part.username for part in CAST if part.key == "县局"))
    by, month = Actor.of(officer, today), today.replace(day=1)
    people = _people()
    for name, rows in _files(people, month):
        if not rows:
            continue
        content = _csv(rows)
        screening_files.upload(
            io.BytesIO(content), name, len(content), county=county, month=month, unit=None, data_set="", by=by
        )
    run = screening_runs.start(county, month, by=by, at=timezone.now())
    screening_runs.work(run.pk)
    doubt_checks.work(doubt_checks.start(county, by=by).pk)
    run.refresh_from_db()
    return run


def _people() -> list[Person]:
    """Of households without an open case: first those of the village of the cast, then of its town, then any."""
    name = next(part.username for part in CAST if part.key == "村干")
    grant = Grant.objects.filter(user__username=name, division__isnull=False).first()
    village = grant.division_id if grant and grant.division_id else 0
    low = village // TOWN * TOWN
    cases = Case.objects.filter(closed_on=None).values("household")
    rows = Person.objects.filter(relation_to_head__in=ADULTS, left_on=None, withdrawn_at=None).exclude(identity_no="")
    near = [Q(village=village), Q(village__gte=low, village__lt=low + TOWN)]
    nearest = [ExpressionWrapper(place, BooleanField()).desc() for place in near]
    return list(rows.exclude(household__in=cases).order_by(*nearest, "-pk")[: 4 * EACH])


def _files(people: Sequence[Person], month: date) -> Iterator[tuple[str, list[Row]]]:
    """What departments hand over: mostly small sums, some that need a visit, some numbers that are wrong."""
    ill, fees, out, relief = (people[start : start + EACH] for start in range(0, 4 * EACH, EACH))
    stays: list[Row] = [
        {**_who(p), "结算流水号": f"演示{n:04d}", "结算日期": month, "就诊类别": "住院", "个人负担金额": 800 + 3900 * n}
        for n, p in enumerate(ill)
    ]
    stranger = {"身份证号": "99000019800101001X", "姓名": "查无此人", "结算流水号": "演示9999"}
    yield "医保结算.csv", [*stays, *({**stay, **stranger} for stay in stays[:1])]
    paid = {"学段": "大专", "学年资助金额": 0}
    yield "学费资助.csv", [{**_who(p), **paid, "学年学费": 3000 + 1100 * n} for n, p in enumerate(fees)]
    yield "失业登记.csv", [{**_who(p), "失业日期": date(month.year - n % 2, 1, 10)} for n, p in enumerate(out)]
    yield "临时救助.csv", [{**_who(p), "救助日期": month, "救助金额": 600 * (n + 1)} for n, p in enumerate(relief)]


def _who(person: Person) -> dict[str, Any]:
    return {"身份证号": person.identity_no, "姓名": person.name}


def _csv(rows: Sequence[Row]) -> bytes:
    heads = list(rows[0])
    return "\n".join([",".join(heads), *(",".join(str(row[head]) for head in heads) for row in rows)]).encode()
