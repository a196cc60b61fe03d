"""Invented people and department files for the screening, at any size. Knows nothing of the engine, only its file contract.

Area code 99 is never issued. Seeded: the same size and seed give the same files. Rows of a file stand in scattered order,
and some are as departments really send them: lower x, blanks, 15 digits, wrong check characters, misspelt names, doubled.
    .venv/bin/python -m bench.screening.generator 1000000 var/bench/screening/1M
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

AS_OF = np.datetime64("2026-03-31")
MONTHS = [np.datetime64("2025-04") + month for month in range(12)]
MEDICAL_MONTHS = [np.datetime64("2025-02") + month for month in range(14)]
COUNTY_PEOPLE, TOWNS, VILLAGES = 258_000, 13, 16
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
SURNAMES = "陈李黄张林王吴刘杨梁郑周谢罗何曾邓蔡许钟叶苏彭胡徐朱卢江马赖"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文辉玲玉萍红娥燕春菊凤洁梅琳素云莲真环雪荣爱妹香月莺媛"
BLOCK = 2_000_000


@dataclass
class People:
    """One row a person, households together, villages in order."""

    household: np.ndarray
    born: np.ndarray  # datetime64[D]
    key: np.ndarray
    surname: np.ndarray
    given: np.ndarray
    lifted: np.ndarray  # of the household
    village: np.ndarray  # of the household
    is_head: np.ndarray

    def __len__(self) -> int:
        return len(self.household)


def people(count: int, seed: int) -> People:
    rng = np.random.default_rng(seed)
    sizes = rng.choice([1, 2, 3, 4, 5, 6], int(count / 2.9), p=[0.15, 0.28, 0.25, 0.18, 0.09, 0.05])
    ends = np.cumsum(sizes)
    homes = int(np.searchsorted(ends, count)) + 1
    sizes, total = sizes[:homes], int(ends[homes - 1])
    household = np.repeat(np.arange(homes, dtype=np.int32), sizes)
    first = np.zeros(total, dtype=bool)
    first[np.concatenate([[0], ends[: homes - 1]])] = True
    counties = max(1, round(total / COUNTY_PEOPLE))
    village_no = np.arange(homes) * (counties * TOWNS * VILLAGES) // homes
    county = village_no // (TOWNS * VILLAGES)
    code = (440_100 + county // 20 * 100 + county % 20 + 1) * 10**6
    town = village_no // VILLAGES % TOWNS
    village = code + (100 + town) * 1000 + 200 + village_no % VILLAGES
    age = np.where(first, rng.integers(28, 80, total), rng.integers(0, 88, total))
    born = (AS_OF - (age * 365.25).astype(int) - rng.integers(0, 365, total)).astype("datetime64[D]")
    born = np.minimum(born, AS_OF - 30)
    key = _keys(county[household], born)
    return People(
        household,
        born,
        key,
        rng.integers(0, len(SURNAMES), homes, dtype=np.int16)[household],
        rng.integers(0, len(GIVEN) ** 2, total, dtype=np.int32),
        rng.random(homes) < 0.12,
        village,
        first,
    )


def _keys(county: np.ndarray, born: np.ndarray) -> np.ndarray:
    """First 17 digits, each once: area 9900nn, birth date, running number of that area and day."""
    area = 990_000 + county % 100
    months = born.astype("datetime64[M]")
    year = born.astype("datetime64[Y]").astype(int) + 1970
    stamp = (
        year * 10_000 + (months.astype(int) % 12 + 1) * 100 + (born - months.astype("datetime64[D]")).astype(int) + 1
    )
    group = area.astype(np.int64) * 10**8 + stamp
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    running = np.arange(len(order)) - np.repeat(starts, np.diff(np.concatenate([starts, [len(order)]])))
    serial = np.empty(len(order), dtype=np.int64)
    serial[order] = running % 1000
    return group * 1000 + serial


def number_texts(keys: np.ndarray, rng: np.random.Generator | None = None) -> pa.Array:
    """18 characters each. With `rng`, some as they should not be."""
    digits = np.empty((len(keys), 18), dtype=np.uint8)
    left = keys.copy()
    for place in range(16, -1, -1):
        left, digit = np.divmod(left, 10)
        digits[:, place] = digit
    digits[:, 17] = CHECKS[(digits[:, :17] @ WEIGHTS) % 11]
    digits[:, :17] += 48
    if rng is None:
        return _fixed(digits)
    dice = rng.random(len(keys))
    lower = (dice < 0.2) & (digits[:, 17] == ord("X"))
    digits[lower, 17] = ord("x")
    wrong = (dice > 0.2) & (dice < 0.203)
    digits[wrong, 17] = CHECKS[(np.searchsorted(np.sort(CHECKS), digits[wrong, 17]) + 1) % 11]
    texts = _fixed(digits)
    odd = np.flatnonzero((dice > 0.21) & (dice < 0.214))
    written = texts.take(pa.array(odd)).to_pylist()
    mended = [" " + t if i % 2 or t[6:8] != "19" else t[:6] + t[8:17] for i, t in enumerate(written)]
    mask = np.zeros(len(keys), dtype=bool)
    mask[odd] = True
    return pa.compute.replace_with_mask(texts, mask, pa.array(mended, pa.large_string()))


def _fixed(signs: np.ndarray) -> pa.Array:
    rows, width = signs.shape
    offsets = np.arange(rows + 1, dtype=np.int64) * width
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(signs))]
    return pa.Array.from_buffers(pa.large_string(), rows, buffers)


def name_texts(surname: np.ndarray, given: np.ndarray) -> pa.Array:
    """Two or three characters of three bytes each."""
    families, letters = (
        np.frombuffer("".join(signs).encode(), dtype=np.uint8).reshape(-1, 3) for signs in (SURNAMES, GIVEN)
    )
    signs = np.concatenate([families[surname], letters[given % len(GIVEN)], letters[given // len(GIVEN)]], axis=1)
    long = given % 5 != 0
    kept = np.ones(signs.shape, dtype=bool)
    kept[~long, 6:] = False
    offsets = np.zeros(len(signs) + 1, dtype=np.int64)
    np.cumsum(np.where(long, 9, 6), out=offsets[1:])
    return pa.Array.from_buffers(
        pa.large_string(), len(signs), [None, pa.py_buffer(offsets), pa.py_buffer(signs[kept])]
    )


def _words(words: Sequence[str], choice: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(choice.astype(np.int8)), pa.array(words))


def _money(amounts: np.ndarray) -> pa.Array:
    return pa.array(np.round(amounts, 2))


Make = Callable[[np.random.Generator, np.ndarray, "People", np.datetime64], dict[str, Any]]


def _days(rng: np.random.Generator, count: int, month: np.datetime64) -> pa.Array:
    last = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    return pa.array(month.astype("datetime64[D]") + rng.integers(0, last, count))


def _past(rng: np.random.Generator, count: int, days: int) -> pa.Array:
    return pa.array(AS_OF - rng.integers(1, days, count))


def _medical(rng, who, all_people, month):
    n = len(who)
    kind = rng.choice(3, n, p=[0.12, 0.7, 0.18])
    paid = np.where(kind == 0, rng.lognormal(7.6, 1.1, n), rng.lognormal(4.2, 0.9, n))
    serial = (int(month.astype(int)) * 10**9 + rng.permutation(n)).astype(np.int64)
    return {
        "settlement_no": pa.array(serial).cast(pa.string()),
        "settled_on": _days(rng, n, month),
        "treatment": _words(["住院", "普通门诊", "门诊特定病种"], kind),
        "self_paid": _money(paid),
    }


def _illness(rng, who, all_people, month):
    return {
        "diagnosed_on": _days(rng, len(who), month),
        "disease": _words(["肺癌", "尿毒症", "白血病"], rng.integers(0, 3, len(who))),
    }


def _insurance(rng, who, all_people, month):
    return {"insured": _words(["参保", "停保"], (rng.random(len(who)) < 0.03).astype(int))}


def _disability(rng, who, all_people, month):
    grade = rng.choice(4, len(who), p=[0.15, 0.25, 0.3, 0.3])
    return {"grade": _words(["一级", "二级", "三级", "四级"], grade), "issued_on": _past(rng, len(who), 3000)}


def _roll(rng, who, all_people, month):
    stage = rng.choice(4, len(who), p=[0.5, 0.3, 0.12, 0.08])
    status = rng.choice(3, len(who), p=[0.995, 0.003, 0.002])
    return {
        "stage": _words(["小学", "初中", "高中", "中职"], stage),
        "status": _words(["在读", "休学", "疑似辍学"], status),
    }


def _fees(rng, who, all_people, month):
    return {
        "stage": _words(["高中", "中职", "本科"], rng.integers(0, 3, len(who))),
        "fees": _money(rng.lognormal(8.5, 0.5, len(who))),
        "aid": pa.array(np.round(rng.lognormal(7, 0.8, len(who)), 2), mask=rng.random(len(who)) < 0.6),
    }


def _houses(rng, who, all_people, month):
    grade = rng.choice(4, len(who), p=[0.7, 0.28, 0.015, 0.005])
    return {
        "grade": _words(["A级", "B级", "C级", "D级"], grade),
        "is_mended": _words(["否", "是"], rng.integers(0, 2, len(who))),
    }


def _water(rng, who, all_people, month):
    return {
        "supply": _words(["正常", "间歇供水", "停水"], rng.choice(3, len(who), p=[0.8, 0.15, 0.05])),
        "days_without": pa.array(rng.integers(0, 20, len(who))),
    }


def _disasters(rng, who, all_people, month):
    return {
        "happened_on": _days(rng, len(who), month),
        "loss": _money(rng.lognormal(7.8, 1.0, len(who))),
        "house_damage": _words(
            ["未受损", "一般损坏", "严重损坏", "倒塌"], rng.choice(4, len(who), p=[0.8, 0.15, 0.04, 0.01])
        ),
    }


def _allowances(rng, who, all_people, month):
    stopped = rng.random(len(who)) < 0.05
    return {
        "kind": _words(["低保", "特困", "低保边缘"], rng.choice(3, len(who), p=[0.7, 0.15, 0.15])),
        "status": _words(["在保", "停发"], stopped.astype(int)),
        "started_on": _past(rng, len(who), 2500),
        "stopped_on": pa.array(AS_OF - rng.integers(1, 400, len(who)), mask=~stopped),
    }


def _relief(rng, who, all_people, month):
    return {"granted_on": _days(rng, len(who), month), "amount": _money(rng.lognormal(7, 0.8, len(who)))}


def _petitions(rng, who, all_people, month):
    return {
        "received_on": _days(rng, len(who), month),
        "matter": _words(["生活困难", "住房", "饮水", "其他"], rng.choice(4, len(who), p=[0.1, 0.1, 0.1, 0.7])),
    }


def _jobs(rng, who, all_people, month):
    return {
        "status": _words(["在岗", "返乡未就业", "未就业"], rng.choice(3, len(who), p=[0.92, 0.03, 0.05])),
        "wage": _money(rng.lognormal(7.9, 0.8, len(who))),
    }


def _unemployment(rng, who, all_people, month):
    return {"lost_on": _past(rng, len(who), 300)}


def _projects(rng, who, all_people, month):
    return {"failed_on": _days(rng, len(who), month), "loss": _money(rng.lognormal(8, 1, len(who)))}


def _accidents(rng, who, all_people, month):
    return {
        "happened_on": _days(rng, len(who), month),
        "kind": _words(["交通事故", "刑事案件", "工伤", "其他"], rng.choice(4, len(who), p=[0.7, 0.05, 0.15, 0.1])),
        "harm": _words(["无伤亡", "轻伤", "重伤", "死亡"], rng.choice(4, len(who), p=[0.5, 0.35, 0.1, 0.05])),
    }


def _departures(rng, who, all_people, month):
    return {"left_on": _days(rng, len(who), month), "kind": _words(["死亡", "迁出"], rng.integers(0, 2, len(who)))}


def _vehicles(rng, who, all_people, month):
    plates = pa.array(rng.permutation(len(who)) + 10**6).cast(pa.string())
    return {
        "plate_no": plates,
        "kind": _words(["小型汽车", "货车", "摩托车"], rng.choice(3, len(who), p=[0.5, 0.05, 0.45])),
    }


def _properties(rng, who, all_people, month):
    papers = pa.array(rng.permutation(len(who)) + 10**7).cast(pa.string())
    return {
        "certificate_no": papers,
        "purpose": _words(["住宅", "商铺", "车位"], rng.choice(3, len(who), p=[0.85, 0.05, 0.1])),
    }


def _companies(rng, who, all_people, month):
    return {
        "role": _words(["法定代表人", "股东"], rng.integers(0, 2, len(who))),
        "state": _words(["存续", "注销"], (rng.random(len(who)) < 0.2).astype(int)),
    }


def _payroll(rng, who, all_people, month):
    return {"unit": _words(["某镇政府", "某小学"], rng.integers(0, 2, len(who)))}


#: file → rows a person (a month for monthly ones), how, months; "head": heads of households only
FILES: dict[str, tuple[float, Make, list[np.datetime64] | None]] = {
    "medical_settlements": (1.72 / 14, _medical, MEDICAL_MONTHS),
    "major_illnesses": (0.0003, _illness, MONTHS),
    "disasters": (0.0006, _disasters, MONTHS),
    "temporary_relief": (0.0008, _relief, MONTHS),
    "petitions": (0.0005, _petitions, MONTHS),
    "project_failures": (0.0002, _projects, MONTHS),
    "accidents": (0.0006, _accidents, MONTHS),
    "departures": (0.0007, _departures, MONTHS),
    "medical_insurance": (0.94, _insurance, None),
    "disabilities": (0.035, _disability, None),
    "school_roll": (0.16, _roll, None),
    "school_fees": (0.04, _fees, None),
    "houses": (0.33, _houses, None),
    "water_supply": (0.02, _water, None),
    "allowances": (0.05, _allowances, None),
    "jobs": (0.38, _jobs, None),
    "unemployment": (0.01, _unemployment, None),
    "vehicles": (0.1, _vehicles, None),
    "properties": (0.06, _properties, None),
    "companies": (0.03, _companies, None),
    "public_payroll": (0.015, _payroll, None),
}


def generate(count: int, folder: Path, seed: int = 1, months: int | None = None) -> None:
    """registry/ and departments/ under the folder. `months`: only so many of the newest of monthly files."""
    everyone = people(count, seed)
    (folder / "registry").mkdir(parents=True, exist_ok=True)
    (folder / "departments").mkdir(exist_ok=True)
    _registry(everyone, folder / "registry", np.random.default_rng(seed + 1))
    for place, (name, (rate, make, when)) in enumerate(FILES.items()):
        wanted = [AS_OF.astype("datetime64[M]")] if when is None else when[-(months or len(when)) :]
        for month in wanted:
            rng = np.random.default_rng([seed, place, int(month.astype(int))])
            _department(
                everyone,
                folder / "departments" / f"{name}_{str(month).replace('-', '')}.parquet",
                rng,
                rate,
                make,
                month,
            )


def _department(
    everyone: People, path: Path, rng: np.random.Generator, rate: float, make: Make, month: np.datetime64
) -> None:
    who = _who(everyone, path.name, rng, rate)
    writer = None
    for start in range(0, len(who), BLOCK):
        part = who[start : start + BLOCK]
        given = everyone.given[part].copy()
        wrong = rng.random(len(part)) < 0.003
        given[wrong] = (given[wrong] + 7) % len(GIVEN) ** 2
        keys = everyone.key[part].copy()
        strangers = rng.random(len(part)) < 0.01
        keys[strangers] = keys[strangers] // 10**3 * 10**3 + 999
        columns = {
            "identity_no": number_texts(keys, rng),
            "name": name_texts(everyone.surname[part], given),
            **make(rng, part, everyone, month),
        }
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


def _who(everyone: People, name: str, rng: np.random.Generator, rate: float) -> np.ndarray:
    """Who has a row, in scattered order; one in 500 stands twice."""
    count = len(everyone)
    if name.startswith("houses"):
        who = np.flatnonzero(everyone.is_head)
    elif rate > 0.5:
        who = np.flatnonzero(rng.random(count) < rate)
    else:
        who = rng.integers(0, count, int(count * rate))
    who = np.concatenate([who, who[: len(who) // 500]]).astype(np.int32)
    rng.shuffle(who)
    return who


def _registry(everyone: People, folder: Path, rng: np.random.Generator) -> None:
    homes = int(everyone.household[-1]) + 1
    with_monitored = rng.random(homes) < 0.015
    kind = np.where(everyone.lifted, 0, 1 + rng.integers(0, 2, homes))
    income = np.round(rng.lognormal(9.75, 0.35, homes), 2)
    households = pa.table(
        {
            "household_no": _household_numbers(np.arange(homes)),
            "village": pa.array(everyone.village),
            "household_kind": _words(["一般农户", "脱贫户"], everyone.lifted.astype(int)),
            "monitored_kind": pa.DictionaryArray.from_arrays(
                pa.array(kind.astype(np.int8), mask=~with_monitored),
                pa.array(["脱贫不稳定户", "边缘易致贫户", "突发严重困难户"]),
            ),
            "is_risk_removed": pa.array(rng.random(homes) < 0.5, mask=~with_monitored),
            "identified_month": pa.array(
                np.datetime64("2021-01-01") + rng.integers(0, 1800, homes), mask=~with_monitored
            ),
            "income_per_person": pa.array(income, mask=rng.random(homes) < 0.1),
            "income_per_person_before": pa.array(
                np.round(income * rng.normal(0.97, 0.12, homes), 2), mask=rng.random(homes) < 0.1
            ),
            "measures": pa.array(rng.integers(0, 4, homes), mask=~with_monitored),
            "development_measures": pa.array(rng.integers(0, 2, homes), mask=~with_monitored),
        }
    )
    pq.write_table(households, folder / "households.parquet", compression="zstd")
    _write_cases(folder, homes, rng)
    writer = None
    for block in _blocks(len(everyone)):
        table = pa.table(_persons(everyone, block, rng))
        writer = writer or pq.ParquetWriter(folder / "persons.parquet", table.schema, compression="zstd")
        writer.write_table(table)
    assert writer is not None
    writer.close()


def _blocks(count: int) -> Iterator[slice]:
    return (slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK))


def _household_numbers(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers.astype(np.int64) + 44_000_000_000).cast(pa.large_string())


def _persons(everyone: People, block: slice, rng: np.random.Generator) -> dict[str, Any]:
    born, head = everyone.born[block], everyone.is_head[block]
    count = len(born)
    age = ((AS_OF - born).astype(int) / 365.25).astype(int)
    skill = np.select([age < 16, age > 75, age > 62], [3, 4, 2], rng.choice(2, count, p=[0.8, 0.2]))
    skill = np.where(rng.random(count) < 0.03, 4, skill)
    stage = np.select([age < 3, age < 6, age < 12, age < 15, age < 18], [0, 1, 2, 3, 4], 5)
    health = rng.choice(4, count, p=[0.86, 0.09, 0.02, 0.03])
    return {
        "household_no": _household_numbers(everyone.household[block]),
        "person_no": pa.array(np.arange(block.start, block.stop) + 10**9).cast(pa.large_string()),
        "identity_no": number_texts(everyone.key[block]),
        "name": name_texts(everyone.surname[block], everyone.given[block]),
        "relation": _words(["户主", "之子", "配偶", "之女"], np.where(head, 0, rng.integers(1, 4, count))),
        "labour_skill": _words(["普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "无劳动力", "丧失劳动力"], skill),
        "school_stage": pa.DictionaryArray.from_arrays(
            pa.array(stage.astype(np.int8), mask=stage == 5),
            pa.array(["学龄前儿童", "学前教育", "小学", "七年级", "普通高中一年级"]),
        ),
        "健康状况": _words(["健康", "长期慢性病", "患有大病", "残疾"], health),
    }


def _write_cases(folder: Path, homes: int, rng: np.random.Generator) -> None:
    some = np.unique(rng.integers(0, homes, homes // 300))
    pq.write_table(pa.table({"household_no": _household_numbers(some)}), folder / "cases.parquet")


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))
