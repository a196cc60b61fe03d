"""Writes the demo's groups, teams and cadres, by set: a few statements, less than a second."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from bangfu.accounts.demo import COUNTY, TOWN_NAME
from bangfu.accounts.models import Unit, User
from bangfu.divisions.models import Division
from bangfu.kernel import codes, credit_code
from bangfu.kernel.codes import Level
from bangfu.units.demo import field, rosters
from bangfu.units.models import Cadre, Group, GroupMember, Pairing, Team, VillagePairing

ROUNDS = (("first", date(2021, 6, 28), date(2024, 6, 30)), ("second", date(2024, 7, 1), None))
ARRIVED = date(2024, 7, 8)
GUANGZHOU, QINGYUAN = 440100000000, 441800000000


@transaction.atomic
def load(today: date) -> None:
    """Needs the divisions and the cast."""
    units, towns = _units(), _towns()
    groups = _groups(towns, units)
    teams = _teams(towns, groups)
    cadres = _cadres(teams, units)
    _pairings(towns[0], units)
    field.load(today, group=groups[0], cadres=cadres, units=units)


def _units() -> dict[int, Unit]:
    """By their place in the roster; -1 is the liaison's."""
    seats = set(Division.objects.filter(code__in={row[2] for row in rosters.UNITS}).values_list("code", flat=True))
    rows = [
        Unit(
            name=name,
            kind=kind,
            division_id=seat if seat in seats else None,
            credit_code=_code(number),
            contact="办公室",
        )
        for number, (name, kind, seat) in enumerate(rosters.UNITS)
    ]
    Unit.objects.bulk_create(rows, ignore_conflicts=True)
    Unit.objects.filter(name=rosters.LEAD, kind="").update(kind="province")
    found = {unit.name: unit for unit in Unit.objects.filter(name__in=[rosters.LEAD, *(row.name for row in rows)])}
    numbered = {number: found[row.name] for number, row in enumerate(rows)}
    return numbered | {-1: found[rosters.LEAD]}


def _code(number: int) -> str:
    first17 = f"12990000{number:09d}"
    return first17 + credit_code.check_character(first17)


def _towns() -> list[Division]:
    """The town of the cast, then as many others as the roster has teams."""
    low, high = codes.bounds(COUNTY)
    rows = Division.objects.filter(code__range=(low, high), level=Level.TOWN, valid_to=None).order_by("code")
    towns = [row for row in rows if row.name.endswith("镇")]
    first = next(town for town in towns if town.name == TOWN_NAME)
    return [first, *[town for town in towns if town != first][: len(rosters.OTHERS)]]


def _groups(towns: list[Division], units: dict[int, Unit]) -> list[Group]:
    """The current groups of two towns, and the one that the first town had in the first round."""
    (old, began, ended), (new, changed, _) = ROUNDS
    first, second = towns[:2]
    rows = [
        Group(town=first, title=f"帮扶{first.name}组团", round=new, from_on=changed),
        Group(town=second, title=f"帮扶{second.name}组团", round=new, from_on=changed),
        Group(town=first, title=f"帮扶{first.name}组团（第一轮）", round=old, from_on=began, to_on=ended),
    ]
    here, there, past = Group.objects.bulk_create(rows)
    members = [
        GroupMember(
            group=here, town=first, unit=units[number], is_lead=is_lead, from_on=date(*joined),
            to_on=date(*left) if left else None, reason=reason,
        )
        for number, is_lead, joined, left, reason in rosters.MEMBERS
    ]  # fmt: skip
    members += [
        GroupMember(group=there, town=second, unit=units[number], is_lead=is_lead, from_on=changed)
        for number, is_lead in rosters.SECOND
    ]
    members += [
        GroupMember(group=past, town=first, unit=units[number], is_lead=number == 0, from_on=began, to_on=ended)
        for number in (0, 1, 7)
    ]
    GroupMember.objects.bulk_create(members)
    return [here, there]


def _teams(towns: list[Division], groups: list[Group]) -> list[Team]:
    by_town = {group.town_id: group for group in groups}
    return Team.objects.bulk_create(
        Team(town=town, name=f"驻{town.name}帮镇扶村工作队", group=by_town.get(town.pk), from_on=ARRIVED)
        for town in towns
    )


def _cadres(teams: list[Team], units: dict[int, Unit]) -> list[Cadre]:
    """The team of the cast; the others follow it."""
    users = {user.username: user for user in User.objects.filter(username__in=[row[4] for row in rosters.CADRES])}
    rows = [
        Cadre(
            team=teams[0], town_id=teams[0].town_id, name=name, post=post, kind=kind, sending_unit=units[unit],
            user=users.get(username), to_on=date(*left) if left else None, deputy_agreement_no=agreement,
            from_on=ARRIVED + timedelta(days=number), phone=f"139900000{number:02d}",
        )
        for number, (name, post, kind, unit, username, left, agreement) in enumerate(rosters.CADRES)
    ]  # fmt: skip
    rows += [
        Cadre(
            team=team, town_id=team.town_id, name=name, post="member" if number else "captain", from_on=ARRIVED,
            sending_unit=units[(place + number) % len(rosters.UNITS)], phone=f"1399000{place + 1}{number:03d}",
        )
        for place, (team, names) in enumerate(zip(teams[1:], rosters.OTHERS, strict=False))
        for number, name in enumerate(names)
        if name
    ]  # fmt: skip
    return Cadre.objects.bulk_create(rows)[: len(rosters.CADRES)]


def _pairings(town: Division, units: dict[int, Unit]) -> None:
    if Division.objects.filter(code__in=(QINGYUAN, GUANGZHOU)).count() == 2:
        Pairing.objects.create(
            helped_id=QINGYUAN, helping_id=GUANGZHOU, from_on=ROUNDS[0][1], document_no="粤农组〔2021〕5号"
        )
    villages = Division.objects.filter(parent=town, level=Level.VILLAGE, valid_to=None).order_by("code")
    helpers = [units[number] for number, _, _, left, _ in rosters.MEMBERS if left is None]
    VillagePairing.objects.bulk_create(
        VillagePairing(village=village, unit=helpers[place % len(helpers)], from_on=ROUNDS[1][1])
        for place, village in enumerate(villages)
    )
