"""Tokens: less than the person, for less time, and never more than once in clear."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bangfu.accounts import tokens
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, AccessLog, ApiToken
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from tests.fixtures.cast import Cast, ClientOf

COUNTY, OTHER_COUNTY, TOWN = 441881000000, 441882000000, 441881137000


@pytest.fixture
def county(cast: Cast) -> Actor:
    return Actor.of(cast["县局"], timezone.localdate())


def issue(by: Actor, **kwargs: Any) -> tuple[ApiToken, str]:
    now = timezone.now()
    given: dict[str, Any] = {"name": "同步", "scopes": ["read:*"], "to_on": timezone.localdate(), "at": now} | kwargs
    return tokens.issue(by=by, **given)


def test_a_token_acts_for_its_person(county: Actor) -> None:
    _, secret = issue(county)
    actor = tokens.authenticate(f"Bearer {secret}", ip="10.0.0.1", request_id="r1")
    assert actor is not None
    assert (actor.user, actor.ip, actor.request_id) == (county.user, "10.0.0.1", "r1")
    assert actor.scope(Act.READ) == Scope.of([COUNTY])


def test_the_secret_is_kept_as_a_digest_only(county: Actor) -> None:
    token, secret = issue(county)
    kept = " ".join(str(value) for value in ApiToken.objects.values_list().get(pk=token.pk))
    assert secret not in kept and secret.split("_", 2)[2] not in kept
    assert not AccessLog.objects.filter(detail__contains=secret[-10:]).exists()


def test_reading_does_not_allow_writing_nor_anything_that_needs_a_person(county: Actor) -> None:
    _, secret = issue(county)
    reader = tokens.authenticate(f"Bearer {secret}")
    assert reader is not None
    assert {act for act in Act if reader.may(act)} == {Act.READ, Act.EXPORT}
    _, secret = issue(county, scopes=["read:*", "write:*"])
    writer = tokens.authenticate(f"Bearer {secret}")
    assert writer is not None
    assert not any(writer.may(act) for act in (Act.REVEAL, Act.UNMASK, Act.GRANT, Act.AUDIT, Act.OPERATE))
    assert writer.may(Act.EDIT)


def test_a_token_is_no_more_than_its_person(cast: Cast) -> None:
    _, secret = issue(Actor.of(cast["省厅"], timezone.localdate()), scopes=["read:*", "write:*"])
    actor = tokens.authenticate(f"Bearer {secret}")
    assert actor is not None
    assert not actor.may(Act.EDIT)
    assert not actor.scope(Act.EDIT)


def test_a_token_for_one_ledger_is_not_for_another(county: Actor) -> None:
    _, secret = issue(county, scopes=["read:*", "write:household-toilets"])
    actor = tokens.authenticate(f"Bearer {secret}")
    assert actor is not None
    assert actor.may_in_ledger(Act.READ, "households")
    assert actor.may_in_ledger(Act.EDIT, "household-toilets")
    assert not actor.may_in_ledger(Act.EDIT, "households")
    assert county.may_in_ledger(Act.EDIT, "households")


def test_a_token_for_one_town_sees_one_town(county: Actor) -> None:
    _, secret = issue(county, division=Division.objects.get(code=TOWN))
    actor = tokens.authenticate(f"Bearer {secret}")
    assert actor is not None
    assert actor.scope(Act.READ) == Scope.of([TOWN])


def test_a_token_loses_what_its_person_loses(county: Actor) -> None:
    assert county.user is not None
    _, secret = issue(county, division=Division.objects.get(code=TOWN))
    county.user.grants.update(division_id=OTHER_COUNTY)
    actor = tokens.authenticate(f"Bearer {secret}")
    assert actor is not None
    assert not actor.scope(Act.READ)


@pytest.mark.parametrize(
    "changes",
    [
        {"revoked_at": timezone.now()},
        {
            "from_on": timezone.localdate() + datetime.timedelta(days=1),
            "to_on": timezone.localdate() + datetime.timedelta(days=1),
        },
        {"from_on": datetime.date(2020, 1, 1), "to_on": timezone.localdate() - datetime.timedelta(days=1)},
    ],
    ids=["revoked", "not yet", "over"],
)
def test_a_token_out_of_its_time_is_nothing(county: Actor, changes: dict[str, Any]) -> None:
    token, secret = issue(county)
    ApiToken.objects.filter(pk=token.pk).update(**changes)
    assert tokens.authenticate(f"Bearer {secret}") is None


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer bf__", "Bearer bf_x_y", "Basic eHg6eHg=", "Bearer bf_\0_x", "令牌"]
)
def test_garbage_is_nothing(db: None, header: str) -> None:
    assert tokens.authenticate(header) is None


def test_a_secret_of_another_token_does_not_fit(county: Actor) -> None:
    first, _ = issue(county)
    _, other = issue(county)
    assert tokens.authenticate(f"Bearer bf_{first.key}_{other.split('_', 2)[2]}") is None


def test_only_the_day_of_last_use_is_kept(county: Actor, django_assert_num_queries: Any) -> None:
    token, secret = issue(county)
    tokens.authenticate(f"Bearer {secret}")
    token.refresh_from_db()
    assert token.last_used_on == timezone.localdate()
    with django_assert_num_queries(2):
        tokens.authenticate(f"Bearer {secret}")


@pytest.mark.parametrize("name", ["审计员", "安全员", "系统员"])
def test_officers_make_no_tokens(cast: Cast, name: str) -> None:
    with pytest.raises(ValidationError, match="不能创建接口令牌"):
        issue(Actor.of(cast[name], timezone.localdate()))


def test_a_token_makes_no_tokens(county: Actor) -> None:
    _, secret = issue(county)
    actor = tokens.authenticate(f"Bearer {secret}")
    assert actor is not None
    with pytest.raises(ValidationError):
        issue(actor)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"scopes": []}, "请选择令牌可以读取或写入哪些台账"),
        ({"scopes": ["delete:*"]}, "请选择令牌可以读取或写入哪些台账"),
        ({"scopes": ["read:"]}, "请选择令牌可以读取或写入哪些台账"),
        ({"to_on": timezone.localdate() - datetime.timedelta(days=1)}, "天以内"),
        ({"to_on": timezone.localdate() + datetime.timedelta(days=400)}, "天以内"),
    ],
)
def test_too_much_is_refused(county: Actor, changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        issue(county, **changes)


def test_another_county_is_refused(county: Actor) -> None:
    with pytest.raises(ValidationError, match="不在您的管辖范围内"):
        issue(county, division=Division.objects.get(code=OTHER_COUNTY))


class TestPage:
    def test_the_secret_is_shown_once(self, client_of: ClientOf) -> None:
        client = client_of("县局")
        data = {
            "name": "平台同步",
            "verbs": ["read"],
            "ledgers": "",
            "division": "",
            "to_on": str(timezone.localdate()),
        }
        secret = client.post("/me/tokens/", data).context["secret"]
        assert tokens.authenticate(f"Bearer {secret}")
        page = client.get("/me/tokens/").content.decode()
        assert "平台同步" in page and secret not in page

    def test_faults_stand_beside_their_fields(self, client_of: ClientOf) -> None:
        data = {"name": "", "verbs": ["read"], "ledgers": "户厕", "division": str(OTHER_COUNTY), "to_on": "2020-01-01"}
        response = client_of("县局").post("/me/tokens/", data)
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"name", "ledgers", "division"}

    def test_revoking_is_for_ones_own(self, county: Actor, client_of: ClientOf) -> None:
        token, secret = issue(county)
        assert client_of("外县").post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
        assert tokens.authenticate(f"Bearer {secret}")
        assert client_of("县局").post(f"/me/tokens/{token.pk}/revoke/").status_code == 302
        assert tokens.authenticate(f"Bearer {secret}") is None
        assert AccessLog.objects.filter(kind=AccessKind.API_TOKEN).count() == 2

    def test_officers_have_no_such_page(self, client_of: ClientOf) -> None:
        assert client_of("安全员").get("/me/tokens/").status_code == 403
