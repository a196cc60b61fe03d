"""今日: what waits for me. Each source looks at one kind of unfinished work; nothing is listed that nobody has to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.grants_pages import pending_grants
from bangfu.accounts.roles import Act, Role
from bangfu.activities.follow_up_pages import reminders
from bangfu.consolidation.todos import waiting as todos_of_monitoring
from bangfu.duties.todos import waiting as duties_due
from bangfu.exchange.models import BUSY, ImportRun, State
from bangfu.ledger import registry
from bangfu.ledger.declaration import FIELD
from bangfu.ledger.drafts import Draft
from bangfu.people.duplicates import DuplicatePair
from bangfu.site.templatetags.ui import days_left
from bangfu.workflow.clocks import TONES
from bangfu.workflow.waiting import waiting

SHOWN = 20  # of one kind; the rest is one tap away
COUNTED = 100


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why (in words), where it is done; `by`: until when, in words; `article`: its ground."""

    icon: str
    what: str
    why: str
    url: str
    action: str
    by: str = ""
    tone: str = "muted"
    article: str = ""


Source = Callable[[Actor], Iterable[Todo]]
#: in the order in which they are shown
sources: list[Source] = []


def source(found: Source) -> Source:
    sources.append(found)
    return found


def todos(actor: Actor) -> list[Todo]:
    return list(chain.from_iterable(each(actor) for each in sources))


def _number(count: int) -> str:
    return f"{COUNTED} 多" if count > COUNTED else str(count)


@source
def steps_to_take(actor: Actor) -> Iterator[Todo]:
    """Flows that wait for a step of mine, with their legal day; a digest where they are many."""
    for line in waiting(actor, timezone.localdate()):
        by = f"{line.due_on:%m-%d} {line.standing.label}" if line.due_on else ""
        yield Todo("route", line.what, line.why, line.url, "去办", by, TONES[line.standing], line.article)


@source
def duties(actor: Actor) -> Iterator[Todo]:
    """What the guideline asks of me this year and is due."""
    for line in duties_due(actor, timezone.localdate()):
        by = days_left(line.due_on)
        yield Todo("checklist", line.what, line.why, line.url, line.action, by, line.tone, line.article)


@source
def monitoring(actor: Actor) -> Iterator[Todo]:
    """Clues, visits and rounds of 1.1."""
    today = timezone.localdate()
    for line in todos_of_monitoring(actor, today):
        yield Todo("home", line.what, line.why, line.url, line.action, days_left(line.due_on), line.tone(today), "1.1")


@source
def follow_ups(actor: Actor) -> Iterator[Todo]:
    """What meetings, visits and cases left to be done."""
    for line in reminders(actor, timezone.localdate()):
        by = days_left(line.due_on) if line.due_on else ""
        yield Todo("clipboard-list", line.what, line.why, line.url, "去办", by, line.tone, "5.1")


@source
def open_imports(actor: Actor) -> Iterator[Todo]:
    """Files that wait for the decision of the one who sent them, or are still being worked on."""
    if not actor.may(Act.IMPORT):
        return
    waiting = ImportRun.objects.filter(user=actor.user, state__in=[State.PREVIEWED, *BUSY]).order_by("-id")
    for run in waiting.only("title", "file_name", "state", "created_at")[:SHOWN]:
        is_mine = run.state == State.PREVIEWED
        yield Todo(
            icon="file-import",
            what=f"导入 {run.title}：{run.file_name}",
            why="已经读完，等您看过结果再决定写不写入" if is_mine else "系统正在处理，可以离开，回来再看",
            url=run.get_absolute_url(),
            action="去决定" if is_mine else "看进度",
            by="" if is_mine else State(run.state).label,
            tone="note",
        )


@source
def drafts(actor: Actor) -> Iterator[Todo]:
    oldest = timezone.now() - timedelta(days=settings.DRAFT_DAYS)
    mine = Draft.objects.filter(user=actor.user, saved_at__gte=oldest).order_by("-saved_at")
    for draft in mine.only("path", "saved_at")[:SHOWN]:
        if title := _form_title(draft.path):
            saved = timezone.localtime(draft.saved_at)
            yield Todo("edit", title, f"没有填完，存于 {saved:%Y-%m-%d %H:%M}", draft.path, "接着填")


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


@source
def doubtful_duplicates(actor: Actor) -> Iterator[Todo]:
    """Registrations that may be one person: from the county down those of the place, above only what crosses places."""
    ledger = registry.get("duplicate-people")
    if ledger is None or not ledger.may(actor, Act.READ):
        return
    above = [grant.division_id for grant in actor.grants if grant.role in (Role.PROVINCE, Role.CITY)]
    mine = actor.scope(Act.REVEAL, FIELD).q("division") | Q(division__in=above)
    open_pairs = ledger.visible_to(actor).filter(mine, state=DuplicatePair.State.OPEN, withdrawn_at=None)
    if count := len(open_pairs.values_list("pk")[: COUNTED + 1]):
        yield Todo(
            icon="users",
            what=f"{_number(count)} 对登记可能是同一个人",
            why="并排看一看，合并或标明不是同一人，免得重复统计",
            url=f"{ledger.url()}?state={DuplicatePair.State.OPEN}",
            action="去核对",
            article=ledger.article,
        )


@source
def grants_to_confirm(actor: Actor) -> Iterator[Todo]:
    """Grants another security officer has given, for the second pair of eyes."""
    if not actor.may(Act.GRANT):
        return
    others = pending_grants(actor).exclude(granted_by=actor.user).exclude(user=actor.user)
    if count := len(others.values_list("pk")[: COUNTED + 1]):
        why = "授权要经第二位安全员确认才生效"
        yield Todo("user-check", f"{_number(count)} 项授权等您确认", why, reverse("accounts:pending"), "去确认")
