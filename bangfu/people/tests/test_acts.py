from datetime import date, timedelta

import pytest

from bangfu.kernel import dates
from bangfu.ledger import history, registry
from bangfu.people import acts
from bangfu.people.acts import Kind, Refused
from bangfu.people.models import Household, MemberEvent, Person
from bangfu.people.relations import proposed
from bangfu.people.tests.conftest import ActorOf
from bangfu.people.tests.factories import CHONGXIN, family, household, number, person

pytestmark = pytest.mark.django_db
DAY = date(2025, 9, 1)


def again(row: Household | Person) -> "Household | Person":
    return type(row).objects.get(pk=row.pk)


def events(home: Household) -> list[tuple[str, str]]:
    found = MemberEvent.objects.filter(household=home).order_by("pk").select_related("person")
    return [(event.kind, event.person.name if event.person else "") for event in found]


def test_a_birth_adds_a_member_with_or_without_a_number(actor_of: ActorOf) -> None:
    home, _ = family()
    child = acts.record_birth(home, name="陈小明", sex=1, relation="sons_son", by=actor_of("村干"), at=DAY)
    assert (child.identity_key, child.joined_on, again(home).member_count) == (None, DAY, 6)
    assert events(home) == [(Kind.BIRTH, "陈小明")]


def test_a_death_keeps_the_person_with_a_date_and_leaves_the_household_smaller(actor_of: ActorOf) -> None:
    home, people = family()
    acts.record_death(people["mother"], by=actor_of("村干"), at=DAY, note="病故")
    mother = again(people["mother"])
    assert (mother.left_on, mother.left_kind, mother.household_id) == (DAY, "death", home.pk)
    assert again(home).member_count == 4
    story = history.events(registry.get("persons"), mother)  # type: ignore[arg-type]
    assert (story[0].act, story[0].reason, story[0].who) == ("死亡", "病故", "罗水生")


def test_when_the_head_dies_the_next_head_is_said_in_the_same_act(actor_of: ActorOf) -> None:
    home, people = family()
    with pytest.raises(Refused, match="请选择新户主"):
        acts.record_death(people["head"], by=actor_of("村干"), at=DAY)
    left = [p for p in acts.members_of(home) if p.pk != people["head"].pk]
    relations = proposed(left, people["wife"])
    acts.record_death(people["head"], new_head=people["wife"], relations=relations, by=actor_of("村干"), at=DAY)
    assert again(home).head_name == "黄丽芳"
    assert {p.name: p.relation_to_head for p in acts.members_of(home)} == {
        "黄丽芳": "head", "陈俊杰": "son", "陈欣怡": "daughter", "李秀英": "husbands_mother",
    }  # fmt: skip


def test_relations_to_a_child_who_becomes_head_are_proposed(actor_of: ActorOf) -> None:
    home, people = family()
    relations = proposed(acts.members_of(home), people["son"])
    acts.change_head(home, new_head=people["son"], relations=relations, by=actor_of("镇办"), at=DAY)
    assert {p.name: p.relation_to_head for p in acts.members_of(home)} == {
        "陈俊杰": "head", "陈志强": "father", "黄丽芳": "mother", "陈欣怡": "sibling", "李秀英": "fathers_mother",
    }  # fmt: skip


def test_a_head_without_everybodys_relation_is_refused(actor_of: ActorOf) -> None:
    home, people = family()
    with pytest.raises(Refused, match="与新户主的关系"):
        acts.change_head(
            home, new_head=people["son"], relations={people["head"].pk: "father"}, by=actor_of("镇办"), at=DAY
        )
    assert again(home).head_name == "陈志强"


def test_who_marries_out_and_comes_back_elsewhere_is_the_same_row(actor_of: ActorOf) -> None:
    home, people = family()
    daughter, other = people["daughter"], household(CHONGXIN)
    person(other, "林伟")
    acts.record_departure(daughter, kind=Kind.MARRIED_OUT, by=actor_of("镇办"), at=DAY)
    values = {
        "name": "陈欣怡",
        "sex": 2,
        "born_on": daughter.born_on,
        "identity_no": daughter.identity_no,
        "relation_to_head": "spouse",
    }
    back = acts.record_arrival(other, values, kind=Kind.MARRIED_IN, by=actor_of("镇办"), at=DAY)
    assert (back.pk, back.household_id, back.left_on, back.village_id) == (daughter.pk, other.pk, None, CHONGXIN)
    assert again(home).member_count == 4
    assert again(other).member_count == 2


def test_who_is_present_elsewhere_cannot_arrive(actor_of: ActorOf) -> None:
    _, people = family()
    other = household(CHONGXIN)
    values = {
        "name": "陈俊杰",
        "sex": 1,
        "born_on": people["son"].born_on,
        "identity_no": people["son"].identity_no,
        "relation_to_head": "head",
    }
    with pytest.raises(Refused, match="已登记在另一户"):
        acts.record_arrival(other, values, kind=Kind.MOVED_IN, by=actor_of("镇办"), at=DAY)


def test_a_move_takes_the_person_to_the_other_household_and_village(actor_of: ActorOf) -> None:
    home, people = family()
    other = household(CHONGXIN)
    person(other, "林伟")
    acts.move_person(people["mother"], to=other, relation="other", by=actor_of("镇办"), at=DAY)
    mother = again(people["mother"])
    assert (mother.household_id, mother.village_id, mother.joined_on) == (other.pk, CHONGXIN, DAY)
    assert (again(home).member_count, again(other).member_count) == (4, 2)
    event = MemberEvent.objects.get(person=mother)
    assert (event.household_id, event.other_household_id) == (home.pk, other.pk)


@pytest.mark.parametrize(("who", "relation", "words"), [("head", "other", "先变更户主"), ("son", "head", "已有户主")])
def test_moves_that_would_leave_a_household_without_or_with_two_heads_are_refused(
    actor_of: ActorOf, who: str, relation: str, words: str
) -> None:
    _, people = family()
    other = household(CHONGXIN)
    person(other, "林伟")
    with pytest.raises(Refused, match=words):
        acts.move_person(people[who], to=other, relation=relation, by=actor_of("镇办"), at=DAY)


def test_a_split_makes_a_household_with_a_head_and_the_old_marks(actor_of: ActorOf) -> None:
    home, people = family()
    Household.objects.filter(pk=home.pk).update(kind="lifted", natural_village="上屋")
    home = again(home)  # type: ignore[assignment]
    made = acts.split_household(
        home, people=[people["son"], people["mother"]], new_head=people["son"],
        relations={people["mother"].pk: "fathers_mother"}, by=actor_of("镇办"), at=DAY,
    )  # fmt: skip
    assert (made.head_name, made.member_count, made.kind, made.natural_village) == ("陈俊杰", 2, "lifted", "上屋")
    assert again(home).member_count == 3
    assert events(home) == [(Kind.SPLIT, "李秀英"), (Kind.SPLIT, "陈俊杰")]


def test_the_head_and_the_whole_household_cannot_be_split_off(actor_of: ActorOf) -> None:
    home, people = family()
    with pytest.raises(Refused, match="现户主留在原户"):
        acts.split_household(
            home, people=[people["head"]], new_head=people["head"], relations={}, by=actor_of("镇办"), at=DAY
        )
    with pytest.raises(Refused, match="必须在分出去的成员中"):
        acts.split_household(
            home, people=[people["son"]], new_head=people["wife"], relations={}, by=actor_of("镇办"), at=DAY
        )


def test_merging_moves_everybody_and_withdraws_the_empty_household(actor_of: ActorOf) -> None:
    home, people = family()
    other = household(CHONGXIN)
    lin = person(other, "林伟")
    acts.merge_households(other, into=home, relations={lin.pk: "other"}, by=actor_of("镇办"), at=DAY)
    emptied = Household.objects.get(pk=other.pk)
    assert emptied.withdrawn_at
    assert "陈志强户" in emptied.withdrawn_reason
    assert again(home).member_count == 6
    with pytest.raises(Refused, match="已被撤回"):
        acts.record_birth(emptied, name="林小", sex=1, relation="son", by=actor_of("镇办"), at=DAY)


def test_a_future_day_and_a_day_before_birth_are_refused(actor_of: ActorOf) -> None:
    home, people = family()
    tomorrow = dates.today() + timedelta(days=1)
    with pytest.raises(Refused, match="还没有到"):
        acts.record_birth(home, name="陈小明", sex=1, relation="son", by=actor_of("镇办"), at=tomorrow)
    with pytest.raises(Refused, match="早于陈欣怡的出生日期"):
        acts.record_departure(people["daughter"], kind=Kind.MOVED_OUT, by=actor_of("镇办"), at=date(2000, 1, 1))


def test_a_second_death_of_the_same_person_is_refused(actor_of: ActorOf) -> None:
    _, people = family()
    acts.record_death(people["mother"], by=actor_of("镇办"), at=DAY)
    with pytest.raises(Refused, match="已不在这一户"):
        acts.record_death(people["mother"], by=actor_of("镇办"), at=DAY)


def test_a_correction_needs_its_grounds_and_keeps_old_and_new(actor_of: ActorOf) -> None:
    _, people = family()
    son, right = people["son"], number(date(2003, 1, 6))
    values = {"born_on": date(2003, 1, 6), "identity_no": right}
    with pytest.raises(Refused, match="依据"):
        acts.correct_identity(son, values, by=actor_of("镇办"), at=DAY, note="")
    acts.correct_identity(son, values, by=actor_of("镇办"), at=DAY, note="按户口簿更正")
    after = again(son)
    assert (after.identity_no, after.born_on) == (right, date(2003, 1, 6))
    assert right[-4:] in after.search_keys
    newest = history.events(registry.get("persons"), after)[0]  # type: ignore[arg-type]
    assert {change.label for change in newest.changes} == {"出生日期", "证件号码"}
    assert right not in str(newest.changes), "the story shows numbers masked"
