"""The posts of a team (5.3): one captain on any day, at most the lawful number of deputies, with agreement."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, TextChoices

from bangfu.lawbook import parameters
from bangfu.policy.parameter import ParameterMissing
from bangfu.units.days import during

FOREVER = 9999
TWO_CAPTAINS = "本队在这段时间已有队长，请先填写原队长的离任日期"
TWICE = "这名干部在这段时间已在本队，请先填写原来一行的离任日期"
NO_AGREEMENT = "副队长须有组团单位的书面意见，请填写文号"


class Post(TextChoices):
    CAPTAIN = "captain", "队长"
    DEPUTY = "deputy_captain", "副队长"
    MEMBER = "member", "队员"


def faults(data: dict[str, Any], record: Any, cadres: QuerySet[Any]) -> dict[str, str]:
    """What is wrong with the post of a cadre, beside the field. `cadres`: all there are."""
    if data["post"] != Post.DEPUTY:
        return {}
    if not data["deputy_agreement_no"]:
        return {"deputy_agreement_no": NO_AGREEMENT}
    team, first = data["team"], data["from_on"]
    if not team or not first:
        return {}
    try:
        most = int(parameters.value("deputy_captains_max", first, team.town_id))
    except ParameterMissing:  # before the guideline there were none
        return {"post": f"{first} 时还没有增配副队长的规定，请核对到任日期"}
    term = during(first, data["to_on"] or first.replace(year=FOREVER, day=1))
    others = cadres.filter(term, team=team, post=Post.DEPUTY, withdrawn_at=None)
    if others.exclude(pk=record.pk if record else None).count() >= most:
        return {"post": f"增配的副队长最多 {most} 名，本队在这段时间已有"}
    return {}
