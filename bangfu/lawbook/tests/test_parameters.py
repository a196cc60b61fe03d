"""Overrides of divisions over the files, in the database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from bangfu.divisions.models import Division
from bangfu.lawbook import parameters
from bangfu.lawbook.models import ParameterOverride, parameter_choices
from bangfu.policy import guideline
from bangfu.policy.guideline import UnknownParameter
from bangfu.policy.parameter import ParameterMissing

GUANGDONG, QINGYUAN, YINGDE, DONGHUA, GUANGMING = 440000000000, 441800000000, 441881000000, 441881137000, 441881137201
LIANZHOU = 441882000000
DAY = date(2024, 6, 1)

pytestmark = pytest.mark.usefixtures("divisions")


def register(division: int, value: str = "8800", **more: Any) -> ParameterOverride:
    given: dict[str, Any] = {
        "code": "monitoring_line_yuan",
        "from_on": date(2024, 1, 1),
        "document_no": "示例〔2024〕1号",
    }
    row = ParameterOverride(**(given | {"division_id": division, "value": value} | more))
    row.full_clean()
    row.save()
    return row


def test_without_overrides_the_files_hold() -> None:
    assert parameters.value("deputy_visits_per_year", date(2023, 12, 31)) == 2
    assert parameters.value("sewage_treatment_goal_percent", DAY, GUANGMING) == 60


def test_what_nobody_registered_raises() -> None:
    with pytest.raises(ParameterMissing, match="防止返贫监测范围"):
        parameters.value("monitoring_line_yuan", DAY, YINGDE)
    with pytest.raises(UnknownParameter):
        parameters.value("monitoring_lines", DAY, YINGDE)


def test_a_countys_value_holds_in_its_villages_and_not_next_door() -> None:
    register(YINGDE)
    assert parameters.value("monitoring_line_yuan", DAY, GUANGMING) == 8800
    with pytest.raises(ParameterMissing):
        parameters.value("monitoring_line_yuan", DAY, LIANZHOU)
    with pytest.raises(ParameterMissing):
        parameters.value("monitoring_line_yuan", DAY, QINGYUAN)


def test_the_nearest_division_wins_and_dates_bound() -> None:
    register(GUANGDONG, "8500")
    register(YINGDE, "8800", to_on=date(2024, 6, 30))
    assert parameters.value("monitoring_line_yuan", date(2024, 6, 30), DONGHUA) == 8800
    assert parameters.value("monitoring_line_yuan", date(2024, 7, 1), DONGHUA) == 8500
    assert parameters.value("monitoring_line_yuan", DAY) == 8500


def test_a_withdrawn_override_counts_no_more_and_makes_room() -> None:
    row = register(YINGDE)
    ParameterOverride.objects.filter(pk=row.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="文件作废")
    with pytest.raises(ParameterMissing):
        parameters.value("monitoring_line_yuan", DAY, YINGDE)
    register(YINGDE, "9000")
    assert parameters.value("monitoring_line_yuan", DAY, YINGDE) == 9000


def test_the_value_tells_its_document_and_that_it_was_registered() -> None:
    register(YINGDE, code="town_fund_share_county_percent", value="12.5")
    found = parameters.at("town_fund_share_county_percent", DAY, DONGHUA)
    assert (found.value, found.source, found.is_override) == (Decimal("12.5"), "示例〔2024〕1号", True)


def test_a_county_may_count_in_working_days() -> None:
    assert parameters.due_on("identification_days", date(2025, 9, 26), YINGDE) == date(2025, 10, 11)
    register(YINGDE, "15", code="identification_days", unit="workday")
    assert parameters.due_on("identification_days", date(2025, 9, 26), YINGDE) == date(2025, 10, 23)


def test_a_snapshot_answers_for_many_places_with_one_query(django_assert_num_queries: Any) -> None:
    register(YINGDE)
    with django_assert_num_queries(1):
        snapshot = parameters.Snapshot.take()
        assert snapshot.at("monitoring_line_yuan", DAY, GUANGMING).value == 8800
        assert snapshot.at("village_notice_days", DAY, LIANZHOU).value == 5
        with pytest.raises(ParameterMissing):
            snapshot.at("monitoring_line_yuan", DAY, LIANZHOU)


def test_one_value_costs_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        parameters.value("village_notice_days", DAY, GUANGMING)


@pytest.mark.parametrize(
    ("more", "field", "says"),
    [
        ({"value": "八千"}, "value", "应为数字"),
        ({"value": "10"}, "value", "不能低于 1000 元/人·年"),
        ({"division_id": DONGHUA}, "division", "只能由县级以上规定"),
        ({"code": "micro_loan_limit_yuan", "value": "40000"}, "division", "只能由省级规定"),
        ({"to_on": date(2023, 1, 1)}, "to_on", "失效日期不能早于生效日期"),
        ({"code": "no_such_parameter"}, "code", "no_such_parameter"),
        ({"document_no": ""}, "document_no", ""),
        ({"unit": "workday"}, "unit", "不是期限，不能改单位"),
        ({"code": "deputy_visits_per_year", "value": "1"}, "value", "不能低于 2 次/年"),
    ],
)
def test_a_wrong_override_is_refused_with_the_reason(more: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        register(
            **{"division": YINGDE, **({"division": more.pop("division_id")} if "division_id" in more else {}), **more}
        )
    assert says in "；".join(caught.value.message_dict[field])


def test_a_place_outside_the_guidelines_area_is_refused() -> None:
    hunan = Division.objects.create(code=430000000000, name="湖南省", full_name="湖南省", level=1, kind="province")
    with pytest.raises(ValidationError, match="不在指引适用的地区"):
        register(hunan.pk)


def test_the_same_place_and_day_twice_is_refused_by_form_and_database() -> None:
    row = register(YINGDE)
    with pytest.raises(ValidationError, match="已经登记"):
        register(YINGDE, "9000")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_two_values_for_one_place_and_time_are_refused_whatever_their_first_day() -> None:
    register(YINGDE)
    with pytest.raises(ValidationError, match="已经登记"):
        register(YINGDE, "9000", from_on=date(2025, 1, 1))
    register(LIANZHOU, "9000", from_on=date(2025, 1, 1))
    register(YINGDE, "9000", from_on=date(2023, 1, 1), to_on=date(2023, 12, 31))


def test_every_change_leaves_its_trace() -> None:
    row = register(YINGDE)
    ParameterOverride.objects.filter(pk=row.pk).update(value="9000")
    row.delete()
    events = ParameterOverride._meta.get_field("history").related_model.objects.order_by("pgh_id")
    assert [(event.pgh_label, event.value) for event in events] == [
        ("insert", "8800"),
        ("update", "9000"),
        ("delete", "9000"),
    ]


def test_every_parameter_can_be_chosen_in_the_order_of_articles() -> None:
    choices = parameter_choices()
    assert len(choices) == len(guideline.load().parameters)
    articles = [label.split()[0] for _, label in choices]
    assert articles == sorted(articles)
