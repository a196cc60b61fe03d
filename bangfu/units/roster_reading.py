"""A county's own roster read: heads found, merged cells filled down, towns, teams and units matched to known ones, faults by row."""

from __future__ import annotations

import difflib
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.exchange.sniff import FileKind, Refused, kind_of
from bangfu.exchange.workbooks import open_old_workbook, open_workbook
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.kernel.masks import has_mask
from bangfu.kernel.text import clean, clean_prose
from bangfu.ledger import registry, uniqueness
from bangfu.people import codes
from bangfu.units.cadre import Cadre
from bangfu.units.days import on as in_force
from bangfu.units.posts import Post
from bangfu.units.roster import COLUMNS, OF_TEAM
from bangfu.units.team import Team

MOST = 2000
_HEADS = {alias: name for name, head, _, others in COLUMNS for alias in (head, *others)}
_TEAM_COLUMNS = tuple(name for name, *_ in COLUMNS[:OF_TEAM])
#: a change of these may bring two terms of a person together
TOLD_APART = {"name", "phone", "from_on", "to_on"}
Said = dict[str, str]


@dataclass
class Person:
    """One row of the sheet, judged. `state`: new, changed, same; `values`: what the row of the ledger will hold."""

    row: int
    said: Said
    town: int = 0
    team: int | None = None
    cadre: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    state: str = "new"


def read(file: UploadedFile[bytes]) -> list[tuple[int, Said]]:
    """(row number, column → text) of every named person, merged cells filled down. Errors: Refused."""
    kind = kind_of(file)  # type: ignore[arg-type]
    if kind is FileKind.CSV:
        raise Refused("花名册要 Excel 工作簿（.xlsx 或 .xls）")
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as kept:
        kept.writelines(file.chunks())
        kept.flush()
        book = open_workbook(kept.name) if kind is FileKind.XLSX else open_old_workbook(kept.name)
        for sheet in (each for each in book if not each.is_hidden):
            rows = [
                (b.first + n, [""] * b.left + [_text(c) for c in row])
                for b in sheet.blocks()
                for n, row in enumerate(b.rows)
            ]
            if found := list(_people(rows)):
                return found
    raise Refused("没有找到花名册：表头要有“镇”（或工作队）、“姓名”和“派出单位”，请核对后再传")


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        cell = cell.date()
    return clean_prose(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell))


def _people(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, Said]]:
    heads: dict[int, str] = {}
    above: Said = {}
    for number, (row, cells) in enumerate(rows):
        if not heads:
            named = {
                index: _HEADS[text.replace(" ", "")]
                for index, text in enumerate(cells)
                if text.replace(" ", "") in _HEADS
            }
            if (
                number < 15
                and {"name", "sending_unit"} <= set(named.values())
                and {"town", "team"} & set(named.values())
            ):
                heads = named
            continue
        said = {name: cells[index] if index < len(cells) else "" for index, name in heads.items()}
        if any(said.get(name) for name in ("town", "team")):
            above = {name: said.get(name, "") for name in _TEAM_COLUMNS}
        if said.get("name"):
            yield row, {**said, **{name: said.get(name) or above.get(name, "") for name in _TEAM_COLUMNS}}


def judge(rows: list[tuple[int, Said]], actor: Actor, on: date) -> list[Person]:
    """What each row would do. A row with a fault does nothing. Few queries, and one or two a new person."""
    people = [Person(row, said) for row, said in rows[:MOST]]
    if len(rows) > MOST:
        people[-1].faults.append(f"一次最多 {MOST} 人，后面的请另传一份")
    _place(people, actor, on)
    _match_units(people)
    _match_posts(people)
    _fit(people)
    _one_captain(people, on)
    _match_cadres(people, actor, on)
    _twice(people)
    return people


def _place(people: list[Person], actor: Actor, on: date) -> None:
    ledger = registry.of(Cadre)
    assert ledger
    scope = actor.scope(Act.EDIT, ledger.edited_by)
    towns: defaultdict[str, list[int]] = defaultdict(list)
    wanted = {person.said.get("town", "") for person in people}
    for code, name in Division.objects.filter(scope.q("code"), level=Level.TOWN, valid_to=None).values_list(
        "code", "name"
    ):
        for word in {name, name.removesuffix("镇"), name.removesuffix("街道")} & wanted:
            towns[word].append(code)
    teams = list(Team.objects.filter(in_force(on), scope.q("town"), withdrawn_at=None))
    by_name = {clean(team.name): team for team in teams}
    by_town = {team.town_id: team for team in teams}
    for person in people:
        town, name = person.said.get("town", ""), person.said.get("team", "")
        team = by_name.get(clean(name))
        if team and (not town or team.town_id in towns[town]):
            person.town, person.team = team.town_id, team.pk
        elif len(towns[town]) == 1:
            person.town = towns[town][0]
            there = by_town.get(person.town)
            person.team = there.pk if there else None
        else:
            person.faults.append(f"“镇”一列的“{town}”{'不止一个' if towns[town] else '不在您的工作范围，或名称不对'}")


def _match_units(people: list[Person]) -> None:
    """Names and credit codes; for an unknown one the nearest known name. Also those of the group's columns."""
    said = {clean(person.said.get("sending_unit", "")) for person in people} - {""}
    spelt = said | {name.replace("(", "（").replace(")", "）") for name in said}
    units = {clean(unit.name): unit for unit in Unit.objects.filter(name__in=spelt)}
    units |= {unit.credit_code: unit for unit in Unit.objects.filter(credit_code__in=said)}
    unknown = sorted(said - set(units))
    names = list(Unit.objects.filter(withdrawn_at=None).values_list("name", flat=True)[:10_000]) if unknown else []
    near = {name: next(iter(difflib.get_close_matches(name, names, 1, 0.6)), "") for name in unknown}
    for person in people:
        name = clean(person.said.get("sending_unit", ""))
        if name in units:
            person.values["sending_unit"] = units[name]
        elif name:
            hint = f"，是不是“{near[name]}”" if near[name] else "，请先登记单位"
            person.faults.append(f"没有登记名为“{name}”的单位{hint}")
        else:
            person.faults.append("没有写派出单位")


def _match_posts(people: list[Person]) -> None:
    kinds = {label: value for value, label in codes.choices("cadre_sort")}
    for alias, value in codes.aliases(kind="cadre_sort")["kind"]:
        kinds.setdefault(alias, value)
    posts = {label: value for value, label in Post.choices} | {"一般队员": Post.MEMBER, "": Post.MEMBER}
    for person in people:
        said, values = person.said, person.values
        values |= {"name": said["name"], "home_post": said.get("home_post", "")}
        if said.get("phone") and not has_mask(said["phone"]):
            values["phone"] = said["phone"]
        if (post := posts.get(clean(said.get("post", "")))) is None:
            person.faults.append(f"职务“{said['post']}”不认识，请写队长、副队长或队员")
        else:
            values["post"] = post
        if (kind := clean(said.get("kind", ""))) in kinds:
            values["kind"] = kinds[kind]
        elif kind:
            person.faults.append(
                f"干部类别“{kind}”不认识，可写：{'、'.join(label for _, label in codes.choices('cadre_sort'))}"
            )
        for column in ("from_on", "to_on"):
            try:
                if said.get(column):
                    values[column] = dates.parse_date(said[column])
            except ValueError as error:
                person.faults.append(str(error))


def _fit(people: list[Person]) -> None:
    """What no column could hold, and terms that end before they begin."""
    for person in people:
        told = {**person.values, "team": person.said.get("team", "") if not person.team else ""}
        for model, name in ((Cadre, "name"), (Cadre, "home_post"), (Cadre, "phone"), (Team, "team")):
            field: Any = model._meta.get_field("name" if name == "team" else name)
            if len(told.get(name, "")) > field.max_length:
                person.faults.append(f"{field.verbose_name}有 {len(told[name])} 个字，最多 {field.max_length} 个")
        first, last = person.values.get("from_on"), person.values.get("to_on")
        if first and last and last < first:
            person.faults.append("离任日期早于到任日期")


def _match_cadres(people: list[Person], actor: Actor, on: date) -> None:
    """Who serves in the team under the name already; of two of one name the phone decides."""
    serving: defaultdict[tuple[int, str], list[Cadre]] = defaultdict(list)
    teams = {person.team for person in people if person.team}
    known = Cadre.objects.filter(in_force(on), team__in=teams, withdrawn_at=None).select_related("team", "sending_unit")
    for cadre in known:
        serving[cadre.team_id, cadre.name].append(cadre)
    ledger = registry.of(Cadre)
    assert ledger
    for person in people:
        same = serving[person.team or 0, person.said["name"]]
        if len(same) > 1:
            same = [cadre for cadre in same if cadre.phone == person.values.get("phone")]
        if same:
            cadre = same[0]
            person.cadre, person.values = cadre.pk, _differing(cadre, person.values)
            person.state = "changed" if person.values else "same"
            if not person.faults and TOLD_APART & person.values.keys():
                whole = {name: getattr(cadre, name) for name in ledger.form} | person.values
                wrong = ledger.clean(whole, cadre) or uniqueness.faults(ledger, actor, whole, cadre)
                person.faults += list(wrong.values())
        elif not person.values.get("from_on"):
            person.faults.append("没有写到任日期，新登记的干部要写")
        elif not person.faults and person.team:
            whole = {
                "team": Team.objects.get(pk=person.team),
                "to_on": None,
                "deputy_agreement_no": "",
                **person.values,
            }
            wrong = ledger.clean(whole, None) or uniqueness.faults(ledger, actor, whole, None)
            person.faults += list(wrong.values())


def _differing(cadre: Cadre, values: dict[str, Any]) -> dict[str, Any]:
    """Only what the sheet says and the ledger does not; an empty cell empties nothing, a change of post is a rotation."""
    told = {name: value for name, value in values.items() if value not in ("", None) and name != "post"}
    return {name: value for name, value in told.items() if getattr(cadre, name) != value}


def _twice(people: list[Person]) -> None:
    first: dict[tuple[int, str, str], int] = {}
    for person in people:
        row = first.setdefault((person.town, person.said["name"], person.said.get("phone", "")), person.row)
        if row != person.row and person.town:
            person.faults.append(f"与第 {row} 行是同一个人")
        if person.said.get("post") == Post.DEPUTY.label and person.state == "new":
            person.faults.append("增配的副队长须有组团单位的书面意见，请在驻镇干部中单独登记")


def _one_captain(people: list[Person], on: date) -> None:
    """At most one captain a team, with those who serve; a row that would make a second one says what to do."""
    captains: defaultdict[tuple[int, int | None], set[str]] = defaultdict(set)
    teams = {person.team for person in people if person.team}
    for team, town, name in Cadre.objects.filter(
        in_force(on), team__in=teams, post=Post.CAPTAIN, withdrawn_at=None
    ).values_list("team", "team__town", "name"):
        captains[town, team].add(name)
    for person in people:
        if person.said.get("post") == Post.CAPTAIN.label and not person.faults:
            there = captains[person.town, person.team]
            if there - {person.said["name"]}:
                person.faults.append(f"本队已有队长{'、'.join(sorted(there))}，请先办离任或轮换")
            there.add(person.said["name"])
