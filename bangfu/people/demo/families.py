"""Who lives together: households of usual shapes, expanded to members with relation, sex, birth date and name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from bangfu.people.demo import names
from bangfu.people.demo.block import Ints, Mask

AS_OF = date(2025, 9, 30)  # end of a collection year; the data are as they stood on this day, whenever they are made
_DAY = np.datetime64(AS_OF, "D")
OLDEST = 98


class Slot(IntEnum):
    """Place of a member in the family; with the sex it gives the relation to the head."""

    HEAD = 0
    SPOUSE = 1
    CHILD = 2
    SON = 3
    DAUGHTER_IN_LAW = 4
    GRANDCHILD = 5
    FATHER = 6
    MOTHER = 7
    SIBLING = 8


#: by slot, relation of a man and of a woman, in the words of the national list
RELATIONS = {
    Slot.HEAD: ("户主", "户主"),
    Slot.SPOUSE: ("配偶", "配偶"),
    Slot.CHILD: ("之子", "之女"),
    Slot.SON: ("之子", "之女"),
    Slot.DAUGHTER_IN_LAW: ("之女婿", "之儿媳"),
    Slot.GRANDCHILD: ("之孙子", "之孙女"),
    Slot.FATHER: ("之父", "之父"),
    Slot.MOTHER: ("之母", "之母"),
    Slot.SIBLING: ("之兄弟姐妹", "之兄弟姐妹"),
}
#: by slot, years younger than the head (mean, spread)
_YOUNGER = {
    Slot.HEAD: (0, 0), Slot.SPOUSE: (2, 3), Slot.CHILD: (26, 4), Slot.SON: (25, 3), Slot.DAUGHTER_IN_LAW: (26, 3),
    Slot.GRANDCHILD: (53, 5), Slot.FATHER: (-26, 4), Slot.MOTHER: (-24, 4), Slot.SIBLING: (3, 4),
}  # fmt: skip

_H, _S, _C, _B, _D, _G, _F, _M, _O = Slot
#: members, age of the head (mean, spread), households in a thousand
_SHAPES: tuple[tuple[tuple[Slot, ...], int, int, int], ...] = (
    ((_H,), 72, 9, 66),
    ((_H,), 44, 9, 58),
    ((_H, _S), 68, 8, 118),
    ((_H, _S), 46, 12, 70),
    ((_H, _S, _C), 42, 8, 128),
    ((_H, _S, _C, _C), 41, 8, 172),
    ((_H, _S, _C, _C, _C), 42, 7, 66),
    ((_H, _S, _B, _D, _G, _G), 63, 6, 62),
    ((_H, _S, _B, _D, _G), 60, 6, 58),
    ((_H, _S, _C, _C, _M), 43, 7, 62),
    ((_H, _S, _C, _F, _M), 44, 7, 34),
    ((_H, _B, _D, _G, _G), 72, 6, 24),
    ((_H, _M), 49, 8, 20),
    ((_H, _C), 42, 8, 22),
    ((_H, _S, _G), 66, 5, 18),
    ((_H, _S, _B, _D, _G, _G, _G), 62, 5, 12),
    ((_H, _O), 58, 8, 10),
)
_SIZES = np.array([len(shape) for shape, *_ in _SHAPES])
_SLOTS = np.array([[*shape, *[0] * (8 - len(shape))] for shape, *_ in _SHAPES])
_HEAD_AGES = np.array([ages for _, *ages, _ in _SHAPES], dtype=float)
_CHANCES = np.array([chance for *_, chance in _SHAPES], dtype=float)
_CHANCES /= _CHANCES.sum()
_AGE_BEHIND = np.array([_YOUNGER[slot] for slot in Slot], dtype=float)
MEAN_SIZE = float(_SIZES @ _CHANCES)

_MALE_HEADS = 0.83
_SAME_FIRST_LETTER = 0.4  # of children, who share the first character of the given name with their siblings


@dataclass(frozen=True)
class Families:
    """Members of a block of households, household by household. `household`: index of the household in the block."""

    household: Ints
    slot: Ints
    sex: Ints
    born: NDArray[np.datetime64]
    names: names.Names
    size: Ints  # by household

    @property
    def age(self) -> Ints:
        return (_DAY - self.born).astype(np.int64) * 100 // 36_525

    @property
    def is_head(self) -> Mask:
        return np.asarray(self.slot == Slot.HEAD, dtype=np.bool_)


def make(rng: np.random.Generator, households: int) -> Families:
    shape = rng.choice(len(_SHAPES), size=households, p=_CHANCES)
    size = _SIZES[shape]
    starts = np.cumsum(size) - size
    household = np.repeat(np.arange(households), size)
    slot = _SLOTS[shape[household], np.arange(len(household)) - starts[household]]
    sex = _sexes(rng, slot, household, starts)
    head_age = np.clip(rng.normal(_HEAD_AGES[shape, 0], _HEAD_AGES[shape, 1]), 19, 94)
    behind = rng.normal(_AGE_BEHIND[slot, 0], _AGE_BEHIND[slot, 1])
    years = np.clip(head_age[household] - behind, 0, OLDEST)
    years[(slot == Slot.HEAD) | (slot == Slot.SPOUSE)] = np.maximum(years, 19)[
        (slot == Slot.HEAD) | (slot == Slot.SPOUSE)
    ]
    born = _DAY - (years * 365.25).astype(np.int64) - rng.integers(0, 365, len(household))
    made = _names(rng, slot, sex, household, starts, born.astype("datetime64[Y]").astype(np.int64) + 1970)
    return Families(household, slot, sex, born, made, size)


def _sexes(rng: np.random.Generator, slot: Ints, household: Ints, starts: Ints) -> Ints:
    sex = rng.integers(1, 3, len(slot))
    head = np.where(rng.random(len(starts)) < _MALE_HEADS, 1, 2)
    sex = np.where(slot == Slot.HEAD, head[household], sex)
    sex = np.where(slot == Slot.SPOUSE, 3 - head[household], sex)
    sex[(slot == Slot.SON) | (slot == Slot.FATHER)] = 1
    sex[(slot == Slot.DAUGHTER_IN_LAW) | (slot == Slot.MOTHER)] = 2
    return sex


def _names(rng: np.random.Generator, slot: Ints, sex: Ints, household: Ints, starts: Ints, years: Ints) -> names.Names:
    """Children and grandchildren carry the family's surname; who married in has their own."""
    family = names.surnames(rng, len(starts))
    own = names.surnames(rng, len(slot))
    head_is_woman = sex[starts] == 2
    marries_in = (slot == Slot.SPOUSE) & ~head_is_woman[household]
    marries_in |= (slot == Slot.HEAD) & head_is_woman[household]
    marries_in |= (slot == Slot.DAUGHTER_IN_LAW) | (slot == Slot.MOTHER)
    first, second = names.given(rng, sex, years)
    is_child = (slot == Slot.CHILD) & (second >= 0) & (rng.random(len(slot)) < _SAME_FIRST_LETTER)
    shared, _ = names.given(rng, np.ones(len(starts), dtype=np.int64), years[starts] + 26)
    return names.Names(
        np.where(marries_in, own, family[household]), np.where(is_child, shared[household], first), second
    )
