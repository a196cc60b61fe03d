"""A row of another ledger is named by words: several of the same name are told apart, or the clerk is told which there are."""

from __future__ import annotations

import io
from typing import Any

import pytest

from bangfu.accounts.actor import Actor
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.exchange.models import ImportRun, State
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.services.models import PointsRule, PointsScheme
from tests.ledgers.samples import ELSEWHERE, HERE, make

pytestmark = pytest.mark.django_db
OTHER = 441881137202  # another village of the same town
HEAD = "方案,类别,事项,积分,封顶按,由谁评\n"


def rules(actor: Actor, *named: str) -> ImportRun:
    rows = "".join(f"{name},环境卫生,门前三包{place},5,每年,评议小组评定\n" for place, name in enumerate(named))
    text, book = (HEAD + rows).encode("utf-8-sig"), books.get("points-rules")
    assert book
    return runs.start(actor, book, io.BytesIO(text), "规则.csv", len(text))


def test_a_parent_of_which_there_are_several_is_named_by_more_of_its_words(cast: Any) -> None:
    ledger = registry.get("points-schemes")
    assert ledger
    for place in (HERE, OTHER, ELSEWHERE):
        scheme = make(ledger, place)
        PointsScheme.objects.filter(pk=scheme.pk).update(version_name="第一版", from_on="2001-01-01", to_on=None)
    here, other = PointsScheme.objects.filter(version_name="第一版", village__in=(HERE, OTHER)).order_by("village")
    actor = Actor.of(cast["县局"], dates.today())
    run = rules(actor, "第一版", "第一版 ／ " + other.village.name, f"第一版/{here.village.name}", "第九版")
    assert run.state == State.PREVIEWED, run.message
    told = dict(run.rows.filter(verdict="w").values_list("number", "faults"))
    several, unknown = (faults[0] for faults in told.values())
    both = "、".join(sorted(f"第一版/{scheme.village.name}" for scheme in (here, other)))
    assert both in str(several)
    assert "找不到" in str(unknown)
    runs.confirm(run, actor)
    made = dict(PointsRule.objects.values_list("points_scheme", "village"))
    assert made == {here.pk: HERE, other.pk: OTHER}
