"""One scenario for each article: record → where it waits → act → figure → page; driven through the pages themselves."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act
from bangfu.activities import naming
from bangfu.activities.models import FollowUp
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.policy import guideline
from bangfu.site.article_reference import PLAYED, scenarios
from tests.ledgers.samples import HERE, posted, values_for
from tests.scenarios.stories import STORIES, TODAY, YESTERDAY, Story

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


def number_of(client: Client, story: Story) -> Any:
    asked = {"code": story.counts, "day": story.counted_on.isoformat()}
    items = client.get("/api/v1/indicators/values", asked).json()["items"]
    return [(item["value"], item.get("numerator"), item.get("denominator")) for item in items]


def where(story: Story) -> str:
    """The list in which the row waits."""
    if story.waits.startswith("/"):
        return story.waits
    if "=" in story.waits:
        return f"/l/{story.ledger}/?{story.waits}"
    ledger = registry.get(story.ledger)
    assert ledger
    return f"/l/{story.ledger}/?stat={[stat.title for stat in ledger.stats].index(story.waits)}"


def waiting(client: Client, story: Story) -> str:
    return client.get(where(story)).content.decode()


def enter(client: Client, slug: str, values: dict[str, Any]) -> Any:
    ledger = registry.get(slug)
    assert ledger
    before = set(ledger.model._default_manager.values_list("pk", flat=True))
    answer = client.post(f"/l/{slug}/new/", posted(ledger, values))
    assert answer.status_code == 302, (slug, answer.context and answer.context["form"].errors)
    return ledger.model._default_manager.exclude(pk__in=before).order_by("pk").last()


def record(client: Client, story: Story, ledger: Ledger) -> Any:
    """By the ledger's form; an activity that leaves something to do, by the short one."""
    if not story.leaves:
        return enter(client, story.ledger, story.values(values_for(ledger)))
    address = f"/activities/new/?kind={story.record['kind']}"
    form = client.get(address).context["form"]
    sent = {field.name: field.value() for field in form if field.value() not in (None, "")}
    sent |= {"units": Unit.objects.order_by("pk")[0].name, "division": HERE}
    if "cadres" in form.fields:
        cadres = registry.get("cadres")
        assert cadres
        cadre = enter(client, "cadres", values_for(cadres) | {"from_on": YESTERDAY, "to_on": None})
        sent["cadres"] = naming.cadre(cadre)
    sent |= {**story.record, "follow_up": story.leaves, "follow_up_on": str(TODAY)}
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    return ledger.model._default_manager.order_by("-pk")[0]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.article)
def test_the_article_works(story: Story, cast: Any, client_of: ClientOf) -> None:
    client, ledger = client_of(story.by), registry.get(story.ledger)
    assert ledger
    first, actor = number_of(client, story), client_of(story.then_by or story.by)
    row = record(client, story, ledger)
    link = f"/l/{story.ledger}/{row.pk}/"
    if story.waits:
        assert link in waiting(actor, story), f"it waits in {story.waits}"
    todo = story.todo or story.leaves
    today = actor.get("/").content.decode() if todo else ""
    assert todo in today, "the first page tells it"
    if todo and story.waits:
        assert f'href="{escape(where(story))}"' in today, "the first page leads to it"
    do(actor, story, ledger, row)
    if todo and not story.waits:
        assert todo not in actor.get("/").content.decode(), "it is done and left the first page"
    if story.waits:
        assert link not in waiting(actor, story), f"it is done and left {story.waits}"
    assert number_of(client, story) != first, f"{story.counts} counts it"
    page = client.get(story.page)
    assert page.status_code == 200 and story.shown in page.content.decode()
    assert client_of("外县").get(link).status_code == (200 if ledger.is_open else 404)
    assert Client().get(link).status_code == 302


def do(client: Client, story: Story, ledger: Any, row: Any) -> None:
    if story.leaves:
        left = FollowUp.objects.get(source_ledger=story.ledger, source_id=row.pk)
        assert (
            client.post(f"/activities/follow-ups/{left.pk}/done/", {"result": "办好了"}, follow=True).status_code == 200
        )
    elif story.sends:
        address, sent = story.sends(row)
        assert client.post(address, sent).status_code == 302
    elif story.adds:
        other = registry.get(story.adds)
        assert other
        enter(client, story.adds, values_for(other) | dict(story.follows(row)))
    elif story.act:
        row.refresh_from_db()
        values = {name: getattr(row, name) for name in ledger.form} | dict(story.act)
        answer = client.post(f"/l/{story.ledger}/{row.pk}/edit/", posted(ledger, values) | {"version": row.version})
        assert answer.status_code == 302, answer.context and answer.context["form"].errors


def test_every_article_has_a_scenario_that_is_there(db: None) -> None:
    articles = [
        article.number for chapter in guideline.in_force(dates.today()).chapters for article in chapter.articles
    ]
    proofs = scenarios()
    assert list(proofs) == articles and len(articles) == 24
    played = {story.article for story in STORIES}
    for number, proof in proofs.items():
        file, _, name = proof.test.partition("::")
        if proof.test.startswith(PLAYED):
            assert number in played, f"{number} names the scenario of the articles, and has none"
        else:
            assert f"def {name}(" in (settings.ROOT / file).read_text(), proof.test


class Links(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attrs).get("href")):
            self.found.add(address.partition("#")[0].partition("?")[0])


def test_a_town_clerk_finds_each_screen_in_two_clicks_and_pages_open(cast: Any, client_of: ClientOf) -> None:
    clerk, nobody = client_of("镇办"), Client()
    first = Links(clerk.get("/").content.decode()).found
    second = set()
    for address in sorted(first):
        if address.startswith("/") and "logout" not in address:
            answer = clerk.get(address)
            if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
                second |= Links(answer.content.decode()).found
    near = first | second
    far = {
        each.slug
        for each in registry.all_ledgers()
        if each.in_menu
        and each.model.__module__.startswith("bangfu.")
        and each.may(Actor.of(cast["镇办"], dates.today()), Act.READ)
        and each.url() not in near
    }
    assert not far, "ledgers that take a third click"
    assert {number for number in scenarios() if f"/guideline/{number}/" not in near} == set()
    for proof in scenarios().values():
        for address in proof.open:
            assert nobody.get(address).status_code == 200, address
        for address in proof.pages:
            assert nobody.get(address).status_code == 302, address
            assert clerk.get(address).status_code in (200, 403), address
