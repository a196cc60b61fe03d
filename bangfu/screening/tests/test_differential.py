"""Ten rules again, slowly and apart from the product's code: a thousand random registries must give the same clues."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from bangfu.screening.engines import Engine
from bangfu.screening.tests.town import AS_OF, Town, write_csv

REGISTRIES, COUNTIES = 1000, 4
RULES = {"S01", "S02", "S04", "S07", "S09", "S10", "S21", "S43", "S51", "S52"}
Row = dict[str, Any]
Clue = tuple[str, str, str, int | None]


def _number(dice: random.Random, area: int, serial: int) -> str:
    day = date(1935, 1, 1) + timedelta(days=dice.randrange(33_000))
    first = f"{990000 + area}{day:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first)) % 11
    return first + "10X98765432"[total]


class Registry:
    """One village of random families with rows of six departments, some of them as they should not be."""

    def __init__(self, seed: int) -> None:
        self.dice = dice = random.Random(seed)
        county = 441881 + seed % COUNTIES
        village = county * 10**6 + (100 + seed // COUNTIES // 200) * 1000 + 200 + seed // COUNTIES % 200
        self.homes: list[Row] = []
        self.people: list[Row] = []
        for home in range(dice.randint(1, 4)):
            number = f"R{seed}-{home}"
            lifted = dice.random() < 0.4
            self.homes.append(
                {
                    "户编号": number, "行政村代码": village, "户类型": "脱贫户" if lifted else "一般农户",
                    "监测对象类别": dice.choice(["", "", "边缘易致贫户"]), "风险是否已消除": dice.choice(["", "是", "否"]),
                    "人均纯收入": dice.choice(["", 5000, 12000, 20000]),
                }
            )  # fmt: skip
            for place in range(dice.randint(1, 4)):
                serial = len(self.people)
                self.people.append(
                    {
                        "户编号": number, "人口编号": f"{number}-{place}",
                        "姓名": dice.choice("陈李王") + dice.choice("伟美国") + dice.choice("强芳"),
                        "证件号码": _number(dice, seed % 100, seed // 100 * 20 + serial),
                        "与户主关系": "其他" if place else "户主",
                        "劳动技能": dice.choice(["普通劳动力", "无劳动力", ""]),
                    }
                )  # fmt: skip
        self.rows = {name: list(self._rows(make)) for name, make in MAKERS.items()}

    def _rows(self, make: Any) -> Iterator[Row]:
        for person in self.people:
            for _ in range(self.dice.choice([0, 0, 1, 1, 2, 3])):
                number, name = person["证件号码"], person["姓名"]
                bad = self.dice.random()
                if bad < 0.05:
                    number = number.lower().replace(number[:6], number[:6] + " ")
                elif bad < 0.08:
                    number = number[:14] + "999" + number[17]
                elif bad < 0.11:
                    name = "欧阳娜"
                yield {"身份证号": number, "姓名": name, **make(self.dice)}


def _day(dice: random.Random, back: int) -> str:
    return (AS_OF - timedelta(days=dice.randrange(back))).isoformat()


AMOUNTS = [900, 4999.99, "10000.01", 14000, "￥26,000"]
MAKERS = {
    "医保结算": lambda d: {
        "结算日期": _day(d, 420), "就诊类别": d.choice(["住院", "普通门诊"]), "个人负担金额": d.choice(AMOUNTS)
    },
    "参保": lambda d: {"参保状态": d.choice(["参保", "参保", "停保"])},
    "学费": lambda d: {
        "学段": d.choice(["本科", "幼儿园"]), "学年学费": d.choice([3000, 9000, 16000]), "学年资助金额": d.choice(["", 2000])
    },
    "临时救助": lambda d: {"救助日期": _day(d, 420), "救助金额": d.choice([800, 5000, 6000])},
    "失业": lambda d: {"失业日期": _day(d, 200)},
    "就业": lambda d: {"就业状态": d.choice(["在岗", "返乡未就业"]), "月工资": 3000},
}  # fmt: skip
MONTHLY = {"医保结算": "结算日期", "临时救助": "救助日期"}


def slow(registry: Registry) -> set[Clue]:
    """The rules, row by row, as an official would work them out."""
    by_number = {person["证件号码"]: person for person in registry.people}
    kept: dict[tuple[str, str], list[Row]] = {}
    for name, rows in registry.rows.items():
        for row in rows:
            person = by_number.get(row["身份证号"].replace(" ", "").upper())
            if person is not None and person["姓名"] == row["姓名"]:
                facts = {head: value for head, value in row.items() if head not in ("身份证号", "姓名")}
                of_person = kept.setdefault((name, person["人口编号"]), [])
                if facts not in of_person:  # a row that stands twice is one row
                    of_person.append(facts)
    clues: set[Clue] = set()
    for home in registry.homes:
        members = [person for person in registry.people if person["户编号"] == home["户编号"]]
        clues |= _of_home(home, members, kept)
    return clues


def _fen(amount: object) -> int:
    return round(float(str(amount).replace("￥", "").replace(",", "") or 0) * 100)


def _in_year(row: Row, head: str) -> bool:
    day = date.fromisoformat(row[head])
    return (AS_OF.year * 12 + AS_OF.month) - (day.year * 12 + day.month) < 12


def _age(number: str) -> int:
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day))


def _of_home(home: Row, members: list[Row], kept: dict[tuple[str, str], list[Row]]) -> set[Clue]:
    found: set[Clue] = set()
    lifted = home["户类型"] == "脱贫户"
    monitored = bool(home["监测对象类别"]) and home["风险是否已消除"] != "是"
    total, paid_at_all, out_of_work, working = 0, False, 0, 0
    for person in members:
        who = person["人口编号"]
        of = {name: kept.get((name, who), []) for name in MAKERS}
        stays = [row for row in of["医保结算"] if _in_year(row, "结算日期")]
        paid = sum(_fen(row["个人负担金额"]) for row in stays)
        inpatient = [_fen(row["个人负担金额"]) for row in stays if row["就诊类别"] == "住院"]
        total, paid_at_all = total + paid, paid_at_all or bool(stays)
        if lifted and paid * 100 > 26729_00 * 50:
            found.add((home["户编号"], "S01", who, paid))
        if not lifted and paid > 26729_00:
            found.add((home["户编号"], "S02", who, paid))
        if not lifted and inpatient and sum(inpatient) >= 20000_00:
            found.add((home["户编号"], "S04", who, sum(inpatient)))
        if not monitored and inpatient and max(inpatient) > 10000_00:
            found.add((home["户编号"], "S07", who, max(inpatient)))
        if (lifted or monitored) and not any(row["参保状态"] == "参保" for row in of["参保"]):
            found.add((home["户编号"], "S10", who, None))
        tuition = sum(_fen(r["学年学费"]) - _fen(r["学年资助金额"]) for r in of["学费"] if r["学段"] == "本科")
        if tuition > 10000_00:
            found.add((home["户编号"], "S21", who, tuition))
        relief = [_fen(row["救助金额"]) for row in of["临时救助"] if _in_year(row, "救助日期")]
        if relief and max(relief) >= 5000_00:
            found.add((home["户编号"], "S43", who, max(relief)))
        jobs = sum(row["就业状态"] == "在岗" for row in of["就业"])
        since = max((date.fromisoformat(row["失业日期"]) for row in of["失业"]), default=None)
        if since and since <= AS_OF - timedelta(days=90) and not jobs and 16 <= _age(person["证件号码"]) <= 59:
            found.add((home["户编号"], "S51", who, None))
        working += bool(jobs)
        out_of_work += not jobs and (since is not None or any(r["就业状态"] == "返乡未就业" for r in of["就业"]))
    labourers = sum(person["劳动技能"] == "普通劳动力" for person in members)
    income = home["人均纯收入"]
    if paid_at_all and income and total * 100 > income * 100 * len(members) * 50:
        found.add((home["户编号"], "S09", "", total))
    if out_of_work > 0 and out_of_work >= labourers and not working:
        found.add((home["户编号"], "S52", "", None))
    return found


@pytest.mark.parametrize("engine", [Engine.NUMPY, Engine.DUCKDB])
def test_a_slow_version_of_ten_rules_agrees_on_a_thousand_random_registries(tmp_path: Path, engine: Engine) -> None:
    registries = [Registry(seed) for seed in range(REGISTRIES)]
    town = Town(
        tmp_path, [home for r in registries for home in r.homes], [person for r in registries for person in r.people]
    )
    town.settle()
    for name in MAKERS:
        rows = [row for registry in registries for row in registry.rows[name]]
        for month, part in _by_month(rows, MONTHLY.get(name)).items():
            write_csv(town.departments / f"{name}_{month}.csv", part)
    town.screen(engine)
    found = pq.read_table(town.out / "result/clues").to_pylist()
    fast = {
        (row["household_no"], row["rule"], row["person_no"] or "", row["measure_fen"])
        for row in found
        if row["rule"] in RULES
    }
    expected = set().union(*map(slow, registries))
    assert fast - expected == set()
    assert expected - fast == set()
    assert {clue[1] for clue in expected} == RULES and len(expected) > REGISTRIES


def _by_month(rows: list[Row], head: str | None) -> dict[str, list[Row]]:
    months: dict[str, list[Row]] = {}
    for row in rows:
        months.setdefault(row[head][:7].replace("-", "") if head else "202603", []).append(row)
    return months
