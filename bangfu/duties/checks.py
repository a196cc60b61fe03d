"""Start-up: every duty of every version of the guideline names a kind of holder and an evidence that exist and fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks

from bangfu.accounts.roles import Role
from bangfu.duties import evidence, holders
from bangfu.ledger import registry
from bangfu.policy import guideline, source
from bangfu.policy.activity_kind import kinds


def register() -> None:
    checks.register(declarations)


def declarations(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    return [checks.Error(message, id="duties.E001") for message in faults()]


def faults() -> Iterator[str]:
    for version in guideline.versions(source.ROOT):
        for duty in guideline.load(version, source.ROOT).duties.values():
            where = f"指引 {version} 的要求 {duty.code}"
            if duty.holder not in holders.KINDS:
                yield f"{where}：没有“{duty.holder}”这类责任方，可用：{'、'.join(holders.KINDS)}"
            if unknown := set(duty.owed_by) - set(Role.values):
                yield f"{where}：owed_by 中没有这样的角色：{'、'.join(sorted(unknown))}"
            found = evidence.ALL.get(duty.evidence)
            if found is None:
                yield f"{where}：没有叫“{duty.evidence}”的依据，可用：{'、'.join(evidence.ALL)}"
            elif found.holder != duty.holder or found.is_gap != duty.is_kept:
                yield f"{where}：依据“{found.name}”是“{found.holder}”的，与责任方或类别不符"
            elif found.starts_with and found.starts_with.partition("&")[0].removeprefix("kind=") not in kinds():
                yield f"{where}：依据“{found.name}”说的活动类别不在 activity-kinds.yaml 中"
            elif registry.get(found.source) is None:
                yield f"{where}：依据“{found.name}”出自台账 {found.source}，没有这本台账"
