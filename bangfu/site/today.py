"""今日: what waits for me. Each source looks at one kind of unfinished work; nothing is listed that nobody has to do.

A source either asks for itself (`@source`), or gives looks that are asked together in one query (`@looks`); both tell
to-dos. Without rows there is nothing to ask twice: a role that a source is not for costs no query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain

from django.conf import settings
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.grants_pages import pending_grants
from bangfu.accounts.roles import Act, Role
from bangfu.activities.follow_up_pages import Reminder, reminders
from bangfu.consolidation.todos import Waiting as OfMonitoring
from bangfu.consolidation.todos import waiting as todos_of_monitoring
from bangfu.demands.todos import Waiting as OfDemands
from bangfu.demands.todos import waiting as demands_waiting
from bangfu.duties.todos import waiting as duties_due
from bangfu.duties.touched import TouchedEvidence
from bangfu.exchange.models import BUSY, ImportRun, State
from bangfu.funds.todos import waiting as money_waiting
from bangfu.ledger import registry
from bangfu.ledger.declaration import FIELD
from bangfu.ledger.drafts import Draft
from bangfu.ledger.peek import Found, Peek, look
from bangfu.people.duplicates import DuplicatePair
from bangfu.projects.todos import Waiting as OfProjects
from bangfu.projects.todos import waiting as projects_waiting
from bangfu.site import put_off, todo
from bangfu.site.asset_todos import assets
from bangfu.site.chapter_todos import chapters
from bangfu.site.digests import WeekDigest
from bangfu.site.put_off import HandOver, Snooze, key_of
from bangfu.site.templatetags.ui import days_left
from bangfu.site.todo import Todo
from bangfu.site.waiting_list import Handed, Snoozed, Today
from bangfu.units.todos import TeamWithout
from bangfu.units.todos import waiting as teams_without_captain
from bangfu.workflow.clocks import TONES
from bangfu.workflow.models import Delegation
from bangfu.workflow.waiting import waiting

SHOWN = 20  # of one kind; the rest is one tap away
COUNTED = 100

Source = Callable[[Actor], Iterable[Todo]]
Looks = Callable[[Actor], Iterable[Peek[Todo]]]
#: in the order in which they are asked; the page ranks what they tell
sources: list[Source] = []
all_looks: list[Looks] = [assets, chapters]


def source(found: Source) -> Source:
    sources.append(found)
    return found


def looks(found: Looks) -> Looks:
    all_looks.append(found)
    return found


def todos(actor: Actor) -> list[Todo]:
    """Those to do now, ranked."""
    return today(actor, timezone.localdate()).todos


def today(actor: Actor, on: date) -> Today:
    """One query for all looks and for what was put off, then flows and duties; few more where there is much to tell."""
    page = Today()
    asked = [*_kept(actor, on, page), *chain.from_iterable(each(actor) for each in all_looks)]
    told = list(look(asked))
    told += [*steps_to_take(actor, page.has_principals), *duties(actor, page.has_touched)]
    told += chain.from_iterable(each(actor) for each in sources)
    page.put_away(told, on)
    return page


def _kept(actor: Actor, on: date, page: Today) -> Iterator[Peek[Todo]]:
    """What was put off, given and taken, and whether other queries are needed: kept on the page, no to-dos."""
    if actor.user is None:
        return

    def keep(name: str, make: Callable[[list[Found]], object]) -> Callable[[list[Found]], Iterable[Todo]]:
        def told(found: list[Found]) -> Iterable[Todo]:
            setattr(page, name, make(found))
            return ()

        return told

    mine = Q(user=actor.user)
    snoozes = Snooze.objects.filter(mine, ended_at=None, until_on__gt=on)
    said = {name: name for name in ("pk", "key", "what", "url")}
    yield Peek(snoozes, keep("snoozed", _snoozed), said, "until_on", COUNTED)
    handed = HandOver.objects.standing(on).filter(Q(giver=actor.user) | Q(delegate=actor.user)).order_by("pk")
    said = {name: name for name in Handed.columns} | {"giver": "giver__name", "delegate": "delegate__name"}
    given = keep("handed", lambda found: [Handed(row.due_on, **row.said) for row in found])
    yield Peek(handed, given, said | {"is_mine": Q(giver=actor.user)}, "due_on", COUNTED)
    yield Peek(WeekDigest.objects.filter(mine, read_at=None), keep("has_digest", bool))
    yield Peek(Delegation.objects.in_force(on).filter(delegate=actor.user), keep("has_principals", bool))
    yield Peek(TouchedEvidence.objects.all(), keep("has_touched", bool))


def _snoozed(found: list[Found]) -> list[Snoozed]:
    return [Snoozed(row.due_on or date.max, **row.said) for row in found]


def steps_to_take(actor: Actor, for_others: bool = True) -> Iterator[Todo]:
    """Flows that wait for a step of mine, with their legal day; a digest where they are many."""
    for line in waiting(actor, timezone.localdate(), for_others=for_others):
        by = f"{line.due_on:%m-%d} {line.standing.label}" if line.due_on else ""
        key = key_of(put_off.FLOW, line.flow, line.state) if line.flow else ""
        yield Todo(
            "route", line.what, line.why, line.url, "去办", by, TONES[line.standing], line.article, key, todo.REVIEW,
            line.village, line.due_on, legal=True,
        )  # fmt: skip


def duties(actor: Actor, has_notes: bool = True) -> Iterator[Todo]:
    """What the guideline asks of me this year and is due."""
    for line in duties_due(actor, timezone.localdate(), has_notes=has_notes):
        key = key_of(put_off.STANDING, line.pk) if line.pk else ""
        yield Todo(
            "checklist", line.what, line.why, line.url, line.action, days_left(line.due_on), line.tone, line.article, key,
            todo.RECORD, line.village, line.due_on, legal=True,
        )  # fmt: skip


@looks
def monitoring(actor: Actor) -> Iterator[Peek[Todo]]:
    """Clues, visits and rounds of 1.1."""
    on = timezone.localdate()

    def told(line: OfMonitoring) -> Todo:
        key = key_of(put_off.TASK, line.task) if line.task else ""
        return Todo(
            "home", line.what, line.why, line.url, line.action, days_left(line.due_on), line.tone(on), "1.1", key,
            line.desk, "", line.due_on, legal=True,
        )  # fmt: skip

    return (peek.turned(told) for peek in todos_of_monitoring(actor, on))


@looks
def demands(actor: Actor) -> Iterator[Peek[Todo]]:
    """Data asked from above that no record knows, and answers to hand over."""
    on = timezone.localdate()

    def told(line: OfDemands) -> Todo:
        by, tone = days_left(line.due_on), line.tone(on)
        return Todo(
            "clipboard-list", line.what, line.why, line.url, line.action, by, tone, "5.1", desk=todo.FILES, due_on=line.due_on
        )

    return (peek.turned(told) for peek in demands_waiting(actor, on))


@looks
def projects(actor: Actor) -> Iterator[Peek[Todo]]:
    """Opinions of departments, faults, defects, and money whose term ends unspent."""
    on = timezone.localdate()

    def told(line: OfProjects) -> Todo:
        return Todo(
            "tool", line.what, line.why, line.url, line.action, days_left(line.due_on), line.tone(on), line.article,
            line.key, todo.ERRAND, line.village, line.due_on, legal=True,
        )  # fmt: skip

    return (peek.turned(told) for peek in chain(projects_waiting(actor, on), money_waiting(actor, on)))


@looks
def follow_ups(actor: Actor) -> Iterator[Peek[Todo]]:
    """What meetings, visits and cases left to be done."""

    def told(line: Reminder) -> Todo:
        key = key_of(put_off.FOLLOW_UP, line.pk) if line.pk else ""
        return Todo(
            "clipboard-list", line.what, line.why, line.url, "去办", days_left(line.due_on), line.tone, "5.1", key,
            todo.ERRAND, line.village, line.due_on,
        )  # fmt: skip

    return (peek.turned(told) for peek in reminders(actor, timezone.localdate()))


@looks
def teams(actor: Actor) -> Iterator[Peek[Todo]]:
    """Teams without a captain, for the town."""

    def told(line: TeamWithout) -> Todo:
        return Todo("users", line.what, line.why, line.url, "去登记", "", "warn", "5.3", key_of("team", line.team))

    return (peek.turned(told) for peek in teams_without_captain(actor, timezone.localdate()))


@looks
def open_imports(actor: Actor) -> Iterator[Peek[Todo]]:
    """Files that wait for the decision of the one who sent them, or are still being worked on."""
    if not actor.may(Act.IMPORT):
        return
    rows = ImportRun.objects.filter(user=actor.user, state__in=[State.PREVIEWED, *BUSY]).order_by("-id")

    def told(found: list[Found]) -> Iterator[Todo]:
        for row in found:
            run = ImportRun(pk=row.said["pk"], state=row.said["state"])
            is_mine = run.state == State.PREVIEWED
            yield Todo(
                icon="file-import",
                what=f"导入 {row.said['title']}：{row.said['file_name']}",
                why="已经读完，等您看过结果再决定写不写入" if is_mine else "系统正在处理，可以离开，回来再看",
                url=run.get_absolute_url(),
                action="去决定" if is_mine else "看进度",
                by="" if is_mine else State(run.state).label,
                tone="note",
                key=key_of("import", row.said["pk"]),
                desk=todo.FILES,
            )

    yield Peek(rows, told, {name: name for name in ("pk", "title", "file_name", "state")}, most=SHOWN)


@looks
def drafts(actor: Actor) -> Iterator[Peek[Todo]]:
    oldest = timezone.now() - timedelta(days=settings.DRAFT_DAYS)
    mine = Draft.objects.filter(user=actor.user, saved_at__gte=oldest).order_by("-saved_at")

    def told(found: list[Found]) -> Iterator[Todo]:
        for row in found:
            path = row.said["path"]
            if title := _form_title(path):
                saved = timezone.localtime(datetime.fromisoformat(row.said["saved_at"]))
                yield Todo("edit", title, f"没有填完，存于 {saved:%Y-%m-%d %H:%M}", path, "接着填")

    yield Peek(mine, told, {"path": "path", "saved_at": "saved_at"}, most=SHOWN)


def _form_title(path: str) -> str:
    """What the form at this address is for; empty when the address is no ledger form (any more)."""
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return ""
    ledger = registry.get(match.kwargs.get("slug", "")) if match.view_name in ("ledger:new", "ledger:edit") else None
    if ledger is None:
        return ""
    return (
        f"登记{ledger.title}" if match.view_name == "ledger:new" else f"修改{ledger.title}（编号 {match.kwargs['pk']}）"
    )


@looks
def doubtful_duplicates(actor: Actor) -> Iterator[Peek[Todo]]:
    """Registrations that may be one person: from the county down those of the place, above only what crosses places."""
    ledger = registry.get("duplicate-people")
    if ledger is None or not ledger.may(actor, Act.READ):
        return
    above = [grant.division_id for grant in actor.grants if grant.role in (Role.PROVINCE, Role.CITY)]
    mine = actor.scope(Act.REVEAL, FIELD).q("division") | Q(division__in=above)
    open_pairs = ledger.visible_to(actor).filter(mine, state=DuplicatePair.State.OPEN, withdrawn_at=None)

    def told(found: list[Found]) -> Iterator[Todo]:
        if found:
            yield Todo(
                icon="users",
                what=f"{_number(len(found))} 对登记可能是同一个人",
                why="并排看一看，合并或标明不是同一人，免得重复统计",
                url=f"{ledger.url()}?state={DuplicatePair.State.OPEN}",
                action="去核对",
                article=ledger.article,
                desk=todo.CHECK,
            )

    yield Peek(open_pairs, told, most=COUNTED + 1)


@looks
def grants_to_confirm(actor: Actor) -> Iterator[Peek[Todo]]:
    """Grants another security officer has given, for the second pair of eyes."""
    if not actor.may(Act.GRANT):
        return
    others = pending_grants(actor).exclude(granted_by=actor.user).exclude(user=actor.user)

    def told(found: list[Found]) -> Iterator[Todo]:
        if found:
            what, why = f"{_number(len(found))} 项授权等您确认", "授权要经第二位安全员确认才生效"
            yield Todo("user-check", what, why, reverse("accounts:pending"), "去确认", desk=todo.REVIEW)

    yield Peek(others, told, most=COUNTED + 1)


def _number(count: int) -> str:
    return f"{COUNTED} 多" if count > COUNTED else str(count)
