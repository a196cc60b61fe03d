"""Sets the stage of the demo: tables, the places of Guangdong, the cast, invented people. Each only when it is missing.

Every step is one transaction, so that a start that was killed leaves a step whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from procrastinate.exceptions import AlreadyEnqueued

from bangfu.accounts.demo import load_cast
from bangfu.activities.demo.load import load as load_activities
from bangfu.activities.models import ActivityUnit
from bangfu.assets.demo.load import load as load_assets
from bangfu.assets.models import Asset
from bangfu.consolidation.demo.field_work import load as load_field_work
from bangfu.consolidation.demo.load import load as load_cases
from bangfu.consolidation.demo.screening import load as load_screening
from bangfu.consolidation.demo.warning import load as load_warnings
from bangfu.consolidation.models import Case, ContingencyTask, ScreeningRound, ScreeningRun
from bangfu.construction.demo.load import load as load_construction
from bangfu.construction.models import NaturalVillage
from bangfu.demands.demo.load import load as load_demands
from bangfu.demands.models import Demand
from bangfu.divisions.load import load_province
from bangfu.divisions.models import Division
from bangfu.duties.standings import DutyStanding
from bangfu.duties.tasks import count_all
from bangfu.funds.demo.load import load as load_funds
from bangfu.funds.models import FundDocument
from bangfu.industry.demo.load import load as load_industry
from bangfu.industry.models import BusinessEntity
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.people.models import Household
from bangfu.projects.demo.load import load as load_projects
from bangfu.projects.models import Plan
from bangfu.services.demo.load import load as load_services
from bangfu.services.models import Institution
from bangfu.units.demo.load import load as load_units
from bangfu.units.models import Group

Say = Callable[[str], None]


def migrate(say: Say) -> None:
    """Asks first: `migrate` with nothing to do still takes a second."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("数据库：建表")
        call_command("migrate", verbosity=0, interactive=False)


def has_divisions() -> bool:
    return Division.objects.filter(level=Level.VILLAGE).exists()


def load_places(say: Say) -> None:
    """The divisions, and the users with their rights in them."""
    if not has_divisions():
        say("区划：装入广东省 21 市 122 县 2.7 万个村（社区）")
        with transaction.atomic():
            load_province(settings.PROVINCE // 10**10)
    load_cast()


def load_records(households: int, seed: int, say: Say) -> None:
    if not Group.objects.exists():
        say("演示数据：组团、驻镇工作队和干部")
        load_units(dates.today())
    if households and not Household.objects.exists():
        say(f"演示数据：生成 {households} 户虚构的农户")
        call_command("demo_data", households=households, seed=seed, stdout=StringIO())
    for scene in SCENES:
        if (households or not scene.of_people) and not scene.model._default_manager.exists():
            say(f"演示数据：{scene.says}")
            scene.load(dates.today())


@dataclass(frozen=True)
class Scene:
    """Invented records of one kind; loaded while `model` has no rows, in the order of SCENES."""

    says: str
    model: type[models.Model]
    load: Callable[[date], object]
    of_people: bool = True


def _count_duties(on: date) -> None:
    """A province of standings takes half a minute: the worker counts them while the first page is already there."""
    with suppress(AlreadyEnqueued):  # by an earlier start
        count_all.configure().defer(timestamp=0)


SCENES = (
    Scene("今年的调研、会议和服务活动", ActivityUnit, load_activities, of_people=False),
    Scene("监测帮扶的案卷，从线索到风险消除", Case, load_cases),
    Scene("一轮集中排查、走访和线索", ScreeningRound, load_field_work),
    Scene("一次部门筛查和数据疑点", ScreeningRun, load_screening),
    Scene("过去一年的预警等级和一份预案", ContingencyTask, load_warnings),
    Scene("两个县的镇域规划和项目库", Plan, load_projects),
    Scene("项目资金的文件、下达、安排和支付", FundDocument, load_funds),
    Scene("项目资产、巡查、盘点和账实差异", Asset, load_assets),
    Scene("产业：联农带农、销售、信贷和农技、村集体经济、园区和物流", BusinessEntity, load_industry),
    Scene("两份上级要数，一份等村里答，一份已交出", Demand, load_demands),
    Scene("人居环境、绿美和示范点", NaturalVillage, load_construction, of_people=False),
    Scene("技能、就业、学校医院、治理和特色产品", Institution, load_services, of_people=False),
    Scene("履职情况在后台由记录算出", DutyStanding, _count_duties),  # last: it counts what the others loaded
)
