"""What people of an age and sex are like: school, health, work, insurance. Shares follow rural Guangdong roughly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bangfu.people.demo.block import Ints, Mask
from bangfu.people.demo.chances import Table, happens, log_normal
from bangfu.people.demo.families import Families, Slot

NONE = -1  # "nothing" among numbers of choices

SCHOOLS = (
    "学龄前儿童", "学前教育", "小学", "七年级", "八年级", "九年级", "普通高中一年级", "普通高中二年级", "普通高中三年级",
    "中职一年级", "中职二年级", "中职三年级", "高职高专一年级", "高职高专二年级", "高职高专三年级",
    "本科一年级", "本科二年级", "本科三年级", "本科四年级", "硕士研究生及以上",
)  # fmt: skip
_PRIMARY, _SENIOR, _VOCATIONAL, _COLLEGE, _BACHELOR = 2, 6, 9, 12, 15
EDUCATIONS = ("文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上")
_EDUCATION = Table(  # by year of birth
    (35, 50, 12, 3, 0, 0), (15, 50, 28, 7, 0, 0), (3, 27, 55, 12, 2, 1), (0.5, 10, 60, 19, 7, 3.5), (0.2, 3, 42, 28, 16, 10.8)
)  # fmt: skip
_EDUCATION_YEARS = (1945, 1960, 1975, 1990)
POLITICS = ("群众", "中共党员", "共青团员", "中共预备党员")
_POLITICS = Table((100, 0, 0, 0), (62, 2, 35, 1), (94, 5.8, 0, 0.2))  # child, young, grown-up
ETHNIC = ("汉族", "瑶族", "壮族", "畲族", "苗族", "土家族")
_ETHNIC = Table((97.4, 1.1, 0.8, 0.1, 0.35, 0.25))

_ILLNESS_AGES = (18, 45, 60)
_CHRONIC, _SERIOUS, _DISABLED = (np.array(r) for r in ([0.8, 3, 12, 34], [0.2, 0.5, 1.6, 3], [0.9, 1.6, 4, 7.5]))
DISABILITY_CATEGORIES = 7
_CATEGORY, _GRADE = Table((12, 22, 3, 42, 8, 8, 5)), Table((13, 24, 27, 36))

LABOUR = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力")
_LABOUR = Table(
    (0, 0, 0, 0, 1),  # child, pupil, student
    (84, 14, 2, 0, 0),  # 16–59, healthy
    (62, 4, 34, 0, 0),  # 16–59, ill
    (0, 0, 20, 58, 22),  # 16–59, severely disabled
    (32, 1, 51, 4, 12),  # 60–69
    (2, 0, 17, 9, 72),  # older
)
_WORKS = np.array([0.68, 0.8, 0.16, 0, 0])  # by labour
INDUSTRIES = (
    "制造业", "建筑业", "批发和零售业", "住宿和餐饮业", "居民服务、修理和其他服务业", "交通运输、仓储和邮政业", "农、林、牧、渔业",
)  # fmt: skip
_INDUSTRY = Table((44, 17, 12, 9, 8, 6, 4))
CHANNELS = ("自主外出", "亲友介绍", "企业招聘", "劳务中介", "政府组织劳务输出", "帮扶车间", "公益性岗位")
_CHANNEL = Table((46, 30, 14, 4, 6, 0, 0), (40, 28, 14, 2, 2, 8, 6))  # out of the county, inside
POSTS = ("保洁员", "护林员", "护路员", "护水员")


@dataclass(frozen=True)
class Traits:
    """One value per member; NONE in a number of a choice means that the cell stays empty."""

    school: Ints
    education: Ints
    is_dropout: Mask
    politics: Ints
    ethnic: Ints
    chronic: Mask
    serious: Mask
    disabled: Mask
    category: Ints
    grade: Ints
    labour: Ints
    works: Mask
    is_far: Mask  # works out of the county
    months: Ints
    wage: Ints  # fen a month
    industry: Ints
    channel: Ints
    post: Ints
    allowance: Mask  # 低保
    supported: Mask  # 特困供养
    employee_insured: Mask
    uninsured: Mask

    @property
    def is_pupil(self) -> Mask:
        return self.school >= _PRIMARY


def make(rng: np.random.Generator, families: Families, poor: Mask) -> Traits:
    """`poor`: by member, whether the household is lifted out or monitored."""
    age, count = families.age, len(families.sex)
    year = families.born.astype("datetime64[Y]").astype(np.int64) + 1970
    school, is_dropout = _schools(rng, age)
    at_school = school != NONE
    education = np.where(at_school, NONE, _EDUCATION.pick(rng, np.digitize(year, _EDUCATION_YEARS)))
    education = np.where(is_dropout, 1, education)
    illness = np.digitize(age, _ILLNESS_AGES)
    chronic, serious, disabled = (
        happens(rng, share[illness] / 100 * np.where(poor, 2.2, 1), count) for share in (_CHRONIC, _SERIOUS, _DISABLED)
    )
    grade = np.where(disabled, _GRADE.pick(rng, np.zeros(count, dtype=np.int64)) + 1, NONE)
    labour = _labour(rng, age, school >= _PRIMARY, chronic | serious | disabled, disabled & (grade <= 2))
    supported = happens(rng, 0.05, count) & (families.size[families.household] == 1) & (age >= 60) & (labour >= 3)
    allowance = ~supported & (rng.random(len(families.size))[families.household] < np.where(poor, 0.22, 0.008))
    works = happens(rng, _WORKS[labour], count) & ~at_school & ~supported
    is_far = works & happens(rng, 0.72, count)
    months = np.where(works, np.minimum(3 + rng.poisson(6.5, count), 12), 0)
    wage = np.round(log_normal(rng, 3900, 0.33, count) * np.where(is_far, 1.12, 0.78) / 100).astype(np.int64) * 10_000
    post = works & ~is_far & happens(rng, 0.05, count) & (age < 65)
    none = np.zeros(count, dtype=np.int64)
    return Traits(
        school=school,
        education=education,
        is_dropout=is_dropout,
        politics=_POLITICS.pick(rng, np.digitize(age, (15, 28))),
        ethnic=_ETHNIC.pick(rng, np.zeros(len(families.size), dtype=np.int64))[families.household],
        chronic=chronic,
        serious=serious,
        disabled=disabled,
        category=np.where(disabled, _CATEGORY.pick(rng, none) + 1, NONE),
        grade=grade,
        labour=labour,
        works=works,
        is_far=is_far,
        months=months,
        wage=wage,
        industry=np.where(works, _INDUSTRY.pick(rng, none), NONE),
        channel=np.where(works, np.where(post, 6, _CHANNEL.pick(rng, (~is_far).astype(np.int64))), NONE),
        post=np.where(post, rng.integers(0, len(POSTS), count), NONE),
        allowance=allowance,
        supported=supported,
        employee_insured=is_far & happens(rng, 0.33, count),
        uninsured=happens(rng, 0.003, count),
    )


def _schools(rng: np.random.Generator, age: Ints) -> tuple[Ints, Mask]:
    count, drawn = len(age), rng.random(len(age))
    school = np.full(count, NONE, dtype=np.int64)
    school[age <= 5] = np.where((age >= 3) & (drawn < 0.93), 1, 0)[age <= 5]
    school[(age >= 6) & (age <= 11)] = _PRIMARY
    middle = (age >= 12) & (age <= 14)
    school[middle] = age[middle] - 12 + 3
    senior = (age >= 15) & (age <= 17) & (drawn < 0.96)
    school[senior] = (age - 15 + np.where(drawn < 0.58, _SENIOR, _VOCATIONAL))[senior]
    bachelor = (age >= 18) & (age <= 21) & (drawn < 0.27)
    school[bachelor] = age[bachelor] - 18 + _BACHELOR
    college = (age >= 18) & (age <= 20) & (drawn >= 0.27) & (drawn < 0.52)
    school[college] = age[college] - 18 + _COLLEGE
    school[(age >= 22) & (age <= 24) & (drawn < 0.04)] = len(SCHOOLS) - 1
    is_dropout = (age >= 7) & (age <= 14) & (drawn > 0.9985)
    school[is_dropout] = NONE
    return school, is_dropout


def _labour(rng: np.random.Generator, age: Ints, is_pupil: Mask, is_ill: Mask, is_severe: Mask) -> Ints:
    group = np.where(is_severe, 3, np.where(is_ill, 2, 1))
    group = np.where(age >= 70, 5, np.where(age >= 60, 4, group))
    return _LABOUR.pick(rng, np.where((age < 16) | is_pupil, 0, group))


def has_own_phone(rng: np.random.Generator, families: Families) -> Mask:
    """Grown-ups mostly; the very old often have none, and numbers are missing as they are in real registers."""
    age = families.age
    share = np.select([age < 16, age < 65, age < 80], [0.0, 0.83, 0.45], 0.12)
    return happens(rng, np.where(families.slot == Slot.HEAD, np.maximum(share, 0.8), share), len(age))
