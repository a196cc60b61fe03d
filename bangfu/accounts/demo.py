"""The cast of the demo and of the tests: one invented person per role, and 外县, who must see nothing of 英德市."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from bangfu.accounts.models import Grant, Unit, User
from bangfu.accounts.roles import REACH, Role
from bangfu.divisions.models import Division
from bangfu.kernel import codes
from bangfu.kernel.codes import Level

PASSWORD = "bangfu-demo-2026"  # noqa: S105 (printed on the demo's log-in page)

PROVINCE, CITY, COUNTY, OTHER_COUNTY = 440000000000, 441800000000, 441881000000, 441882000000
TOWN_NAME = "东华镇"
LONG_AGO = datetime.date(2021, 7, 1)


class CastForbidden(RuntimeError):
    """This is no demo."""


class CastMissing(RuntimeError):
    """The divisions in which the cast works are not loaded."""


@dataclass(frozen=True)
class Part:
    """One of the cast: what the buttons say, who it is, and where the person works."""

    key: str
    username: str
    name: str
    role: Role
    place: str
    unit: str = ""


CAST: tuple[Part, ...] = (
    Part("省厅", "shengting", "周启明", Role.PROVINCE, "province", "广东省农业农村厅（演示）"),
    Part("市局", "shiju", "梁慧敏", Role.CITY, "city", "清远市农业农村局（演示）"),
    Part("县局", "xianju", "陈志强", Role.COUNTY, "county", "英德市农业农村局（演示）"),
    Part("镇办", "zhenban", "黄雪梅", Role.TOWN, "town", "英德市东华镇人民政府（演示）"),
    Part("队长", "duizhang", "林建华", Role.CAPTAIN, "town", "驻东华镇帮镇扶村工作队（演示）"),
    Part("队员", "duiyuan", "苏晓彤", Role.MEMBER, "town", "驻东华镇帮镇扶村工作队（演示）"),
    Part("村干", "cungan", "罗水生", Role.VILLAGE, "village", "英德市东华镇村民委员会（演示）"),
    Part("联络员", "lianluoyuan", "何文静", Role.LIAISON, "", "组团结对单位（演示）"),
    Part("部门", "bumen", "谢国平", Role.DEPARTMENT, "county", "英德市教育局（演示）"),
    Part("银行", "yinhang", "江贝贝", Role.BANK, "", "英德市农村商业银行（演示）"),
    Part("审计员", "shenji", "邓清源", Role.AUDITOR, "province"),
    Part("安全员", "anquan", "冯守正", Role.SECURITY, "province"),
    Part("复核员", "fuhe", "叶知秋", Role.SECURITY, "province"),
    Part("系统员", "xitong", "潘维安", Role.OPERATOR, "province"),
    Part("外县", "waixian", "唐丽华", Role.COUNTY, "other_county", "连州市农业农村局（演示）"),
)


def _places() -> Mapping[str, Division]:
    """Where the cast works. Errors: CastMissing."""
    low, high = codes.bounds(COUNTY)
    found = {
        "province": Division.objects.filter(code=PROVINCE).first(),
        "city": Division.objects.filter(code=CITY).first(),
        "county": Division.objects.filter(code=COUNTY).first(),
        "other_county": Division.objects.filter(code=OTHER_COUNTY).first(),
        "town": Division.objects.filter(code__range=(low, high), name=TOWN_NAME).first(),
    }
    if town := found["town"]:
        villages = Division.objects.filter(parent=town, level=Level.VILLAGE, valid_to=None)
        found["village"] = villages.filter(name__contains="村").first() or villages.first()
    places = {name: division for name, division in found.items() if division is not None}
    if len(places) < 6:
        raise CastMissing("演示人员需要广东省的区划（清远市英德市东华镇、连州市）；请先载入区划")
    return places


@transaction.atomic
def load_cast() -> dict[str, User]:
    """Makes what is missing of units, users and grants; gives the users by their Chinese name ("县局").

    A few queries in all, because nearly every test begins with it.
    Errors: CastForbidden outside the demo, because everybody knows their password; CastMissing without divisions.
    """
    if not settings.DEMO:
        raise CastForbidden("演示人员只能在演示环境建立：他们的密码是公开的")
    places = _places()
    users = _users(places, _units(places))
    _grants(places, users)
    return {part.key: users[part.username] for part in CAST}


def _units(places: Mapping[str, Division]) -> dict[str, Unit]:
    wanted = {part.unit: Unit(name=part.unit, division=places.get(part.place)) for part in CAST if part.unit}
    Unit.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    return {unit.name: unit for unit in Unit.objects.filter(name__in=wanted)}


def _users(places: Mapping[str, Division], units: Mapping[str, Unit]) -> dict[str, User]:
    known = User.objects.select_related("unit", "division").filter(username__in=[part.username for part in CAST])
    users = {user.username: user for user in known}
    missing = [part for part in CAST if part.username not in users]
    password, now = make_password(PASSWORD) if missing else "", timezone.now()
    made = User.objects.bulk_create(
        User(
            username=part.username,
            name=part.name,
            password=password,
            password_set_at=now,
            unit=units.get(part.unit),
            division=places.get(part.place, places["county"]),
        )
        for part in missing
    )
    return users | {user.username: user for user in made}


def _grants(places: Mapping[str, Division], users: Mapping[str, User]) -> None:
    granted = Grant.objects.live().filter(user__in=users.values()).values_list("user_id", "role")
    known, now = set(granted), timezone.now()
    Grant.objects.bulk_create(
        Grant(
            user=users[part.username],
            role=part.role,
            division=places.get(part.place),
            unit=users[part.username].unit if REACH[part.role].needs_unit else None,
            from_on=LONG_AGO,
            confirmed_at=now,
            reason="演示授权",
        )
        for part in CAST
        if (users[part.username].pk, part.role) not in known
    )
