"""Roles and acts: the one table is whole, and the three officers are apart from business and from each other."""

from itertools import product

from bangfu.accounts.models import LEVEL_LABELS
from bangfu.accounts.permissions import lies_on
from bangfu.accounts.roles import ACT_LABELS, CONFIRMED_ROLES, MATRIX, OFFICERS, REACH, Act, Role, conflict
from tests.fixtures.cast import ClientOf

BUSINESS_ACTS = frozenset(Act) - {Act.GRANT, Act.AUDIT, Act.OPERATE}


def test_each_role_has_acts_and_a_reach_and_each_act_a_name() -> None:
    assert set(MATRIX) == set(REACH) == set(Role)
    assert set(ACT_LABELS) == set(Act)
    assert all(MATRIX[role] for role in Role)


def test_officers_have_one_act_each_and_no_business_act() -> None:
    assert [MATRIX[role] for role in (Role.AUDITOR, Role.SECURITY, Role.OPERATOR)] == [
        {Act.AUDIT},
        {Act.GRANT},
        {Act.OPERATE},
    ]
    assert all(MATRIX[role] <= BUSINESS_ACTS for role in set(Role) - OFFICERS)


def test_only_the_county_exports_whole_numbers() -> None:
    assert [role for role in Role if Act.UNMASK in MATRIX[role]] == [Role.COUNTY]


def test_an_officer_stands_alone_and_business_roles_go_together() -> None:
    for one, other in product(Role, Role):
        apart = one != other and bool({one, other} & OFFICERS)
        assert bool(conflict(one, frozenset({other}))) is apart, (one, other)


def test_high_roles_and_officers_need_a_second_pair_of_eyes() -> None:
    assert {Role.PROVINCE, Role.CITY, Role.COUNTY} | OFFICERS == CONFIRMED_ROLES


def test_the_page_shows_every_role_and_act_as_the_table_says(client_of: ClientOf) -> None:
    page = client_of("村干").get("/permissions/").content.decode()
    for role in Role:
        assert f"<strong>{role.label}</strong>" in page
        assert lies_on(role) in page
    for act in Act:
        assert page.count(f'data-label="{ACT_LABELS[act]}"') == len(Role)
    assert page.count('aria-label="可以"') == sum(len(acts) for acts in MATRIX.values())
    assert "（您）" in page


def test_words_for_where_a_role_lies() -> None:
    assert lies_on(Role.TOWN) == LEVEL_LABELS[min(REACH[Role.TOWN].levels)]
    assert lies_on(Role.LIAISON) == "单位"
    assert lies_on(Role.DEPARTMENT).endswith("＋单位")
