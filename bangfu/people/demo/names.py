"""Invented names: surnames as common as in Guangdong, given names by sex and year of birth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bangfu.kernel.text import initials
from bangfu.people.demo.block import Ints, Mask, Piece, Words, join, only

# per mille; what is left falls on the rare ones
_COMMON = {
    "陈": 106, "李": 75, "黄": 74, "张": 46, "林": 46, "梁": 41, "吴": 40, "刘": 40, "罗": 27, "杨": 26, "何": 25,
    "王": 24, "郑": 23, "谢": 21, "邓": 20, "叶": 19, "曾": 18, "周": 17, "钟": 17, "冯": 14, "朱": 14, "苏": 13,
    "卢": 13, "彭": 12, "邱": 11, "赖": 11, "余": 11, "蔡": 11, "温": 10, "潘": 10, "莫": 9, "胡": 9, "廖": 9,
    "江": 8, "徐": 8, "沈": 7, "许": 7, "赵": 7, "谭": 7, "欧": 6, "区": 3, "冼": 3, "麦": 4, "龙": 4, "伍": 4,
    "汤": 4, "丘": 4, "巫": 3, "古": 4, "房": 3, "盘": 3, "唐": 4, "邝": 2, "甘": 2, "吕": 2, "卓": 2, "庄": 2,
}  # fmt: skip
_RARE = (
    "欧阳", "司徒", "上官", "端木", "尉迟", "单", "解", "仇", "查", "缪", "覃", "翟", "植", "禤", "揭", "练", "阙",
    "幸", "官", "涂", "池", "阮", "康", "严", "骆", "岑", "劳", "招", "利", "简", "成", "祝", "华", "饶", "薛", "雷",
)  # fmt: skip
# 欧阳 and 司徒 are far more common here than the other rare ones
_RARE_WEIGHTS = [6, 4, 1, 1, 1] + [2] * (len(_RARE) - 5)

_FIRST = {  # by sex, then by generation: born before 1962, before 1992, later
    1: ("国建水金土木火亚志文伟德明永世观天福新运", "志建伟国文俊永锦海小家少振耀荣泽嘉晓金卫", "俊嘉子宇梓浩伟泽家文锦智乐昊铭奕思展宏睿"),
    2: ("亚秀玉金桂月水凤美丽兰惠观春妹少彩新土木", "丽秀小晓雪美燕海金惠翠玉少敏艳春月玲彩伟", "嘉欣诗梓雨思晓可静佳慧芷雅心子乐语若婉颖"),
}  # fmt: skip
_SECOND = {
    1: ("强生华明娣养福光清祥財根旺林胜发贵才良财", "强华辉明军平锋文雄斌勇龙杰东坤波飞林彬鹏", "杰轩豪鹏涛辉峰翔林健宇然霖熙恒源航阳毅鑫"),
    2: ("英兰珍娣妹花莲香娇好芳群琼嫦金清莲玲带喜", "霞玲芳英红梅燕萍娟花兰珍琼娇华群连妹清丽", "怡琳彤妍婷莹雯瑶涵琪敏萱悦瑜玥宁晴韵桐蕊"),
}  # fmt: skip
_SINGLE_SHARE = (0.07, 0.18, 0.09)  # of given names with one character, by generation
_GENERATIONS = (1962, 1992)


@dataclass(frozen=True)
class Pools:
    """Everything to pick from, as numbers into word lists."""

    surnames: tuple[str, ...]
    surname_chances: NDArray[np.float64]
    letters: str  # every character of a given name, once
    first: NDArray[np.int64]  # [sex - 1, generation, choice] → letter
    second: NDArray[np.int64]


def _pools() -> Pools:
    surnames = (*_COMMON, *_RARE)
    left = 1000 - sum(_COMMON.values())
    rare = np.array(_RARE_WEIGHTS) / sum(_RARE_WEIGHTS) * left
    chances = np.concatenate((np.array(list(_COMMON.values()), dtype=float), rare)) / 1000
    letters = "".join(
        sorted({sign for pool in (_FIRST, _SECOND) for texts in pool.values() for sign in "".join(texts)})
    )
    at = {sign: index for index, sign in enumerate(letters)}
    tables = [
        np.array([[[at[sign] for sign in text] for text in pool[sex]] for sex in (1, 2)]) for pool in (_FIRST, _SECOND)
    ]
    return Pools(surnames, chances, letters, *tables)


POOLS = _pools()
_SURNAMES = Words(POOLS.surnames)
_LETTERS = Words(POOLS.letters)
_SURNAME_PAIRS = Words([f"{name}," if len(name) == 2 else "" for name in POOLS.surnames])
_SURNAME_ENDS = Words([name[-1] for name in POOLS.surnames])


@dataclass(frozen=True)
class Names:
    """Names of many people, as numbers into the pools. `second` is -1 where the given name has one character."""

    surname: Ints
    first: Ints
    second: Ints

    @property
    def has_second(self) -> Mask:
        return self.second >= 0

    def take(self, indexes: Ints) -> Names:
        return Names(self.surname[indexes], self.first[indexes], self.second[indexes])

    def text(self, spaced: Mask | None = None) -> Piece:
        """`spaced`: with the wide blank that people put between two characters."""
        blank = _BLANK[np.zeros(len(self.first), dtype=np.int64)]
        parts = [_SURNAMES[self.surname], _LETTERS[self.first], only(self.has_second, _LETTERS[self.second])]
        return join(*parts) if spaced is None else join(parts[0], only(spaced, blank), *parts[1:])

    def bigrams(self) -> Piece:
        """欧阳修明 → 欧阳,阳修,修明 (as `kernel.text.bigrams`)."""
        pair = join(_LETTERS[self.first], _LETTERS[self.second])
        comma = only(self.has_second, _COMMA[np.zeros(len(self.first), dtype=np.int64)])
        head = join(_SURNAME_PAIRS[self.surname], _SURNAME_ENDS[self.surname], _LETTERS[self.first])
        return join(head, comma, only(self.has_second, pair))

    def initials(self) -> Piece:
        """The beginnings of the initials from two letters on: ow,owx,owxm (as `people.search.name_keys`)."""
        comma = _COMMA[np.zeros(len(self.first), dtype=np.int64)]
        surname, first = _SURNAME_INITIALS[self.surname], join(_SURNAME_INITIALS[self.surname], _INITIALS[self.first])
        is_long = np.asarray(_IS_LONG)[self.surname]
        second = only(self.has_second, join(comma, first, _INITIALS[self.second]))
        return join(only(is_long, join(surname, comma)), first, second)


_COMMA, _BLANK = Words((",",)), Words(("\u3000",))
_IS_LONG = [len(name) == 2 for name in POOLS.surnames]
_SURNAME_INITIALS = Words([initials(name) for name in POOLS.surnames])
_INITIALS = Words([initials(letter, surname=False) for letter in POOLS.letters])


def surnames(rng: np.random.Generator, count: int) -> Ints:
    return rng.choice(len(POOLS.surnames), size=count, p=POOLS.surname_chances)


def given(rng: np.random.Generator, sex: Ints, birth_year: Ints) -> tuple[Ints, Ints]:
    """First and second character of the given name; -1 where there is no second."""
    generation = np.digitize(birth_year, _GENERATIONS)
    count = len(sex)
    first = POOLS.first[sex - 1, generation, rng.integers(0, POOLS.first.shape[2], count)]
    second = POOLS.second[sex - 1, generation, rng.integers(0, POOLS.second.shape[2], count)]
    single = rng.random(count) < np.array(_SINGLE_SHARE)[generation]
    return np.where(single, second, first), np.where(single, -1, second)
