"""花名册 (5.3): team, its units and its people as the one merged sheet that counties keep; made from the ledgers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.db.models import Prefetch

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope
from bangfu.kernel.masks import mask_phone
from bangfu.ledger import registry
from bangfu.units.cadre import Cadre
from bangfu.units.days import on as in_force
from bangfu.units.group_member import GroupMember
from bangfu.units.team import Team

#: heads of the sheet: (name of the column, head, width, other heads that counties write)
COLUMNS = (
    ("town", "镇", 12, ("镇街", "乡镇", "镇（街）", "驻点镇", "所在镇")),
    ("team", "工作队", 22, ("工作队名称", "驻镇工作队", "队伍名称")),
    ("lead", "牵头单位", 22, ("组团牵头单位",)),
    ("members", "成员单位", 30, ("组团成员单位", "组团单位")),
    ("name", "姓名", 10, ("队员姓名", "干部姓名")),
    ("post", "职务", 8, ("队内职务", "工作队职务", "职务（队内）")),
    ("sending_unit", "派出单位", 22, ("单位", "所在单位", "选派单位")),
    ("kind", "干部类别", 12, ("类别", "人员类别")),
    ("home_post", "原单位职务", 16, ("单位职务", "职级")),
    ("phone", "手机", 14, ("手机号", "手机号码", "联系电话", "联系方式")),
    ("from_on", "到任日期", 12, ("任职时间", "到任时间", "驻镇时间")),
    ("to_on", "离任日期", 12, ("离任时间",)),
)
#: these belong to the whole team and are merged over its rows
OF_TEAM = 4


def _rows(model: type[Any], actor: Actor) -> Any:
    ledger = registry.of(model)
    assert ledger
    return ledger.visible_to(actor, Act.EXPORT)


def teams(actor: Actor, on: date) -> list[Team]:
    """Those in force in the place chosen, with their people and units. Four queries."""
    cadres = _rows(Cadre, actor).filter(in_force(on), withdrawn_at=None).select_related("sending_unit")
    members = GroupMember.objects.filter(in_force(on), withdrawn_at=None).select_related("unit")
    found = _rows(Team, actor).filter(in_force(on), withdrawn_at=None)
    if actor.place:
        found = found.filter(Scope.of([actor.place]).q("town"))
    people = Prefetch("cadres", cadres.order_by("post", "name"), to_attr="people")
    units = Prefetch("group__members", members.order_by("-is_lead", "pk"), to_attr="seated")
    return list(found.select_related("town", "group").prefetch_related(people, units).order_by("town_id", "pk"))


def lines(team: Any) -> list[list[str]]:
    seats = team.group.seated if team.group else []
    lead = "、".join(seat.unit.name for seat in seats if seat.is_lead)
    others = "、".join(seat.unit.name for seat in seats if not seat.is_lead)
    of_team = [team.town.name, team.name, lead, others]
    return [
        [*of_team, each.name, each.get_post_display(), each.sending_unit.name, each.get_kind_display(), each.home_post,
         mask_phone(each.phone), str(each.from_on), str(each.to_on or "")]
        for each in team.people
    ] or [[*of_team, *[""] * (len(COLUMNS) - OF_TEAM)]]  # fmt: skip


def workbook(found: Sequence[Any], on: date) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("花名册")
        head = book.add_format({"bold": True, "bg_color": "#E7F3F1", "border": 1, "align": "center"})
        cell = book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True})
        title = book.add_format({"bold": True, "font_size": 14, "align": "center"})
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, f"驻镇工作队花名册（{on}）", title)
        for column, (_, words, width, _) in enumerate(COLUMNS):
            sheet.write_string(1, column, words, head)
            sheet.set_column(column, column, width)
        row = 2
        for team in found:
            rows = lines(team)
            for column in range(OF_TEAM):
                if len(rows) > 1:
                    sheet.merge_range(row, column, row + len(rows) - 1, column, rows[0][column], cell)
                else:
                    sheet.write_string(row, column, rows[0][column], cell)
            for each in rows:
                for column, text in enumerate(each[OF_TEAM:], OF_TEAM):
                    sheet.write_string(row, column, text, cell)
                row += 1
        sheet.freeze_panes(2, 0)
    return written.getvalue()
