"""Changes of codes: what an operator declares (old → new), checked whole, carried out in one transaction.

Kinds: merge (several into one), split (one into several), rename, transfer (another code, e.g. another county). What
lies below an old code follows by its own digits, unless the list says where each goes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from bangfu.divisions import load, naming, recode
from bangfu.divisions.models import Boundary, Change, Division, Succession
from bangfu.divisions.scope import Scope
from bangfu.divisions.source import Row, row_of
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean

_YES = {"是", "1", "y", "yes", "接收", "归入"}
_SHOWN = 12


class SuccessionError(ValueError):
    """The change can't be carried out; `faults` say what to mend. Nothing was changed."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Pair:
    """One line of the list. old None: the new code has no forerunner (a new town that takes some villages)."""

    old: int | None
    new: int
    name: str = ""
    takes_rows: bool = False


@dataclass
class Plan:
    """What a change will do."""

    kind: str
    pairs: list[Pair]
    created: list[Row] = field(default_factory=list)
    ended: list[Division] = field(default_factory=list)
    renamed: list[tuple[Division, str]] = field(default_factory=list)
    without_heir: list[Division] = field(default_factory=list)


def parse(text: str) -> list[Pair]:
    """Lines of 原代码, 新代码, 新名称, 接收数据(是/否), divided by comma, tab or blanks; a head line is passed over.

    Errors: SuccessionError, each fault with its line.
    """
    pairs: list[Pair] = []
    faults: list[str] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        cells = [clean(cell) for cell in re.split(r" *[,，\t] *| +", line.strip(" \r"))]
        if not any(cells) or (number == 1 and not any(character.isdigit() for character in line)):
            continue
        try:
            old = codes.parse_code(cells[0]) if cells[0] else None
            new = codes.parse_code(cells[1]) if len(cells) > 1 else 0
        except codes.CodeError as error:
            faults.append(f"第 {number} 行：{error}")
            continue
        if not new:
            faults.append(f"第 {number} 行：没有新代码，应写“原代码,新代码,新名称”")
            continue
        name, takes = [*cells[2:4], "", ""][:2]
        pairs.append(Pair(old, new, name, takes.lower() in _YES))
    if faults or not pairs:
        raise SuccessionError(_few(faults) or ["请填写至少一行“原代码,新代码,新名称”"])
    return pairs


def plan(kind: str, pairs: Sequence[Pair], scope: Scope) -> Plan:
    """Check the whole change against the divisions in force. Errors: SuccessionError with all faults."""
    mentioned = {code for pair in pairs for code in (pair.old, pair.new) if code}
    if outside := sorted(code for code in mentioned if code not in scope):
        raise SuccessionError([f"代码 {code} 不在您管理的范围内" for code in outside[:_SHOWN]])
    known = {d.code: d for d in Division.objects.filter(code__in=mentioned | _above(mentioned))}
    faults = [*_shape_faults(kind, pairs), *_line_faults(pairs, known)]
    if faults:
        raise SuccessionError(_few(faults))
    full, below, faults = _with_below(pairs, known)
    known |= below
    made = Plan(kind, _with_takers(full))
    made.created, more = _created(full, known)
    if faults := [*faults, *more]:
        raise SuccessionError(_few(faults))
    survivors = {pair.old for pair in full if pair.old == pair.new}
    made.ended = [known[old] for old in sorted({p.old for p in full if p.old and p.old not in survivors})]
    made.renamed = [(known[p.new], p.name) for p in full if p.old == p.new and p.name and p.name != known[p.new].name]
    taken = {pair.old for pair in made.pairs if pair.takes_rows}
    made.without_heir = [division for division in made.ended if division.code not in taken]
    return made


@transaction.atomic
def carry_out(made: Plan, *, from_on: date, document_no: str, note: str = "", by: str) -> Change:
    """Create, end and rename divisions, record who follows whom, and prepare the re-coding (`recode.run` does it)."""
    if made.created:
        load.upsert(made.created, valid_from=from_on)
    for division, name in made.renamed:
        _rename(division, name)
    Division.objects.filter(code__in=[division.code for division in made.ended]).update(valid_to=from_on)
    change = Change.objects.create(kind=made.kind, from_on=from_on, document_no=document_no, note=note, recorded_by=by)
    rows = [Succession(change=change, old_id=p.old, new_id=p.new, takes_rows=p.takes_rows) for p in made.pairs if p.old]
    Succession.objects.bulk_create(rows)
    _hand_on_boundaries(made)
    recode.prepare(change)
    return change


def _shape_faults(kind: str, pairs: Sequence[Pair]) -> list[str]:
    """What the kind of change allows: how many new codes for an old one, and the reverse."""
    olds, news = Counter(p.old for p in pairs if p.old), Counter(p.new for p in pairs if p.old)
    faults = [f"{old} → {new} 写了两遍" for (old, new), n in Counter((p.old, p.new) for p in pairs).items() if n > 1]
    if not olds:
        faults.append("请至少写一个原代码")
    if kind == Change.Kind.SPLIT:
        if olds and max(olds.values()) < 2:
            faults.append("拆分应有一个原代码对应两个以上新代码；只换代码请选“划转或换代码”")
    else:
        faults += [f"原代码 {old} 对应了 {n} 个新代码；一分为几请选“拆分”" for old, n in olds.items() if n > 1]
    if kind in (Change.Kind.RENAME, Change.Kind.TRANSFER):
        faults += [f"新代码 {new} 接收了 {n} 个原代码；几个并为一个请选“合并”" for new, n in news.items() if n > 1]
    if kind == Change.Kind.RENAME:
        faults += [f"{p.old} 更名后的名称没有填" for p in pairs if p.old and not p.name]
    leaving = {p.old for p in pairs if p.old and p.old != p.new}
    faults += [
        f"{new} 既是原代码又是新代码，请分两次登记"
        for new in sorted({p.new for p in pairs if p.old != p.new} & leaving)
    ]
    return faults


def _line_faults(pairs: Sequence[Pair], known: dict[int, Division]) -> list[str]:
    faults = []
    for pair in pairs:
        old = known.get(pair.old) if pair.old else None
        if pair.old and old is None:
            faults.append(f"原代码 {pair.old} 不存在")
        elif old and old.valid_to:
            faults.append(f"原代码 {pair.old}（{old.full_name}）已于 {old.valid_to} 停用")
        if pair.old and codes.level_of(pair.old) != codes.level_of(pair.new):
            faults.append(f"{pair.old} → {pair.new}：新旧代码不是同一层级")
        new = known.get(pair.new)
        if new and new.valid_to:
            faults.append(f"新代码 {pair.new}（{new.full_name}）是已停用的代码，不能再用")
        if pair.old == pair.new and not pair.name and sum(p.old == pair.old for p in pairs) == 1:
            faults.append(f"{pair.old} 的新旧代码相同，名称也没有变")
    return faults


def _with_below(pairs: Sequence[Pair], known: dict[int, Division]) -> tuple[list[Pair], dict[int, Division], list[str]]:
    """Add a pair for everything that lies below an ending code: the same digits under the new code."""
    full, faults = list(pairs), []
    heirs = defaultdict(list)
    for pair in pairs:
        heirs[pair.old].append(pair.new)
    ending = [old for old, news in heirs.items() if old and old not in news]
    below = {d.code: d for old in ending for d in _living_below(old)}
    named = {pair.old for pair in pairs} | {pair.new for pair in pairs}
    for division in sorted(below.values(), key=lambda d: (d.level, d.code)):
        if division.code in named:
            continue
        roots = [old for old in ending if codes.contains(old, division.code)]
        root = max(roots, key=codes.level_of)
        target = heirs[root][0] + division.code - root
        if len(heirs[root]) > 1:
            faults.append(f"{division.full_name}（{division.code}）归哪个新代码没有写，请在清单里加一行")
        elif target in named or Division.objects.filter(code=target).exists():
            faults.append(
                f"{division.full_name}（{division.code}）换成 {target} 与已有代码重复，请在清单里写明它的新代码"
            )
        else:
            full.append(Pair(division.code, target, division.name))
    return full, below, faults


def _living_below(code: int) -> list[Division]:
    low, high = codes.bounds(code)
    return list(Division.objects.filter(code__gt=low, code__lte=high, valid_to=None))


def _with_takers(pairs: Sequence[Pair]) -> list[Pair]:
    """An only heir takes the rows; among several only the one that is marked."""
    heirs = Counter(pair.old for pair in pairs)
    return [Pair(p.old, p.new, p.name, p.old != p.new and (heirs[p.old] == 1 or p.takes_rows)) for p in pairs]


def _created(pairs: Sequence[Pair], known: dict[int, Division]) -> tuple[list[Row], list[str]]:
    names: dict[int, str] = {}
    for pair in pairs:
        if pair.new not in known:
            old = known.get(pair.old) if pair.old else None
            names[pair.new] = pair.name or names.get(pair.new, "") or (old.name if old else "")
    living = {code for code, division in known.items() if not division.valid_to} | set(names)
    rows = [
        row_of(code, name, living) for code, name in sorted(names.items(), key=lambda item: codes.level_of(item[0]))
    ]
    faults = [f"新代码 {row.code} 没有名称" for row in rows if not row.name]
    faults += [f"新代码 {row.code} 的上级不存在，请先在清单里加上级" for row in rows if not _has_place(row)]
    marked = Counter(pair.old for pair in pairs if pair.old and pair.takes_rows)
    faults += [f"{old} 标了 {n} 个接收数据的新代码，只能有一个" for old, n in marked.items() if n > 1]
    return rows, faults


def _has_place(row: Row) -> bool:
    if row.parent is None:
        return False
    return row.level != Level.VILLAGE or codes.level_of(row.parent) == Level.TOWN


def _above(mentioned: set[int]) -> set[int]:
    return {code for each in mentioned for code in codes.ancestors(each)}


def _rename(division: Division, name: str) -> None:
    """The new name, and the full names of all below."""
    before = division.full_name
    pinyin, initials = naming.sounds(name)
    prefix = before.removesuffix(division.label)
    low, high = codes.bounds(division.code)
    Division.objects.filter(code=division.code).update(
        name=name,
        pinyin=pinyin,
        initials=initials,
        match_key=naming.match_key(name, division.level),
        grams=naming.grams(name),
    )
    Division.objects.filter(code__gte=low, code__lte=high, full_name__startswith=before).update(
        full_name=Concat(Value(prefix + naming.label(name)), Substr(F("full_name"), len(before) + 1))
    )


def _hand_on_boundaries(made: Plan) -> None:
    """A county that only changes its code keeps its outline."""
    if made.kind not in (Change.Kind.RENAME, Change.Kind.TRANSFER):
        return
    heirs = {pair.old: pair.new for pair in made.pairs if pair.old and pair.old != pair.new}
    for outline in Boundary.objects.filter(division__in=list(heirs)):
        outline.pk, outline.division_id = None, heirs[outline.division_id]
        outline.save(force_insert=True)


def _few(faults: Sequence[str]) -> list[str]:
    more = [f"……另有 {len(faults) - _SHOWN} 处问题"] if len(faults) > _SHOWN else []
    return [*faults[:_SHOWN], *more]
