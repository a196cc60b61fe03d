"""Which mode of sewage treatment would fit a natural village (2.3), and why, in one sentence. Advice, never a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from bangfu.kernel import dates
from bangfu.kernel.money import show_number
from bangfu.lawbook.parameters import Snapshot


class Mode(models.TextChoices):
    NETWORK = "network", "纳入城镇管网"
    CENTRAL = "central", "集中处理设施"
    RESOURCE_USE = "resource_use", "资源化利用"
    SEPARATE = "separate", "分散处理设施"


class Layout(models.TextChoices):
    DENSE = "dense", "集中"
    MIXED = "mixed", "较集中"
    SCATTERED = "scattered", "分散"


@dataclass(frozen=True)
class Advice:
    mode: Mode
    why: str
    #: the mode that was chosen is another one
    differs: bool

    @property
    def text(self) -> str:
        return f"{self.mode.label}：{self.why}"


def of(row: Any) -> Advice:
    """For a natural village; one query."""
    known, today = Snapshot.take(), dates.today()
    near, many = (
        known.at(code, today, row.village_id).value for code in ("sewage_network_near_km", "sewage_central_people_min")
    )
    mode, why = _fitting(row, near, many)
    return Advice(mode, why, bool(row.mode) and row.mode != mode)


def _fitting(row: Any, near: Any, many: Any) -> tuple[Mode, str]:
    if row.network_km is not None and row.network_km <= near:
        distance = show_number(row.network_km)
        return Mode.NETWORK, f"离污水管网 {distance} 公里，不超过 {show_number(near)} 公里，接入管网最省管护。"
    far = "没有登记到管网的距离" if row.network_km is None else f"离污水管网 {show_number(row.network_km)} 公里，太远"
    if row.people >= many and row.layout != Layout.SCATTERED:
        layout = Layout(row.layout).label
        return Mode.CENTRAL, f"{far}；常住 {row.people} 人，达到 {many} 人，居住{layout}，值得建集中处理设施。"
    small = f"常住 {row.people} 人，不到 {many} 人" if row.people < many else "居住分散"
    return Mode.RESOURCE_USE, f"{far}；{small}，宜就近资源化利用，花费低、易管护。"
