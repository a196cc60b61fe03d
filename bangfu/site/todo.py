"""One thing to do, and how things to do are ranked and put together for one trip or one sitting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

#: kinds of work done in one sitting, in words
REVIEW, RECORD, FIELD, CHECK, FILES, ERRAND = "审核办理", "登记填写", "入户走访", "核对数据", "文件和数据", "后续办理"
#: how it is ranked, in words; shown on the page
RULE = "先是已超过法定期限的，再按到期先后，同一天的先急后缓；没有期限的在后。同一个村的并作一趟，同一类的并作一次办。"
_SEVERITY = ("bad", "warn", "note", "muted")
#: from how many things in one village it is a trip
TRIP = 2


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why (in words), where it is done; `by`: until when, in words; `article`: its ground.

    `key` is the same tomorrow and for a colleague who has the same before them: `kind:number`, with a state where one
    thing comes several times; without one it is the address. `legal`: `due_on` is a day of the guideline.
    """

    icon: str
    what: str
    why: str
    url: str
    action: str
    by: str = ""
    tone: str = "muted"
    article: str = ""
    key: str = ""
    desk: str = RECORD
    #: the village to which it leads, by name
    village: str = ""
    due_on: date | None = None
    legal: bool = False
    #: who asked me to do it, and the number of the hand-over
    giver: str = ""
    handed: int = 0

    @property
    def name(self) -> str:
        return self.key or self.url

    def is_late(self, on: date) -> bool:
        return self.legal and self.due_on is not None and self.due_on < on


@dataclass(frozen=True)
class Group:
    title: str
    todos: tuple[Todo, ...]


def ranked(todos: Iterable[Todo], on: date) -> list[Todo]:
    """By RULE; a thing that two sources tell is told once."""
    once: dict[str, Todo] = {}
    for todo in todos:
        once.setdefault(todo.name, todo)
    return sorted(once.values(), key=lambda todo: _rank(todo, on))


def _rank(todo: Todo, on: date) -> tuple[bool, date, int]:
    severity = _SEVERITY.index(todo.tone) if todo.tone in _SEVERITY else len(_SEVERITY)
    return not todo.is_late(on), todo.due_on or date.max, severity


def grouped(todos: Sequence[Todo]) -> list[Group]:
    """Of a ranked list; the group with the most pressing thing comes first."""
    in_village = Counter(todo.village for todo in todos if todo.village)
    trips = {village for village, count in in_village.items() if count >= TRIP} if len(in_village) > 1 else set()
    groups: defaultdict[str, list[Todo]] = defaultdict(list)
    for todo in todos:
        groups[f"去{todo.village}一趟" if todo.village in trips else todo.desk].append(todo)
    return [Group(title, tuple(each)) for title, each in groups.items()]
