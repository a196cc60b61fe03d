"""What 3.5 puts into the public directory: local products and resources, and experience that was printed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from bangfu.kernel.money import show_number
from bangfu.notices import shelves
from bangfu.notices.shelves import Entry, Shelf
from bangfu.services.directory.experience_case import ExperienceCase
from bangfu.services.directory.local_product import LocalProduct

#: nobody is named: nobody has to consent
NOBODY = Q(producer="", contact="", contact_phone="")
NO_GOODS = ("sight", "lodging", "other")


def local_products(on: date) -> QuerySet[LocalProduct]:
    rows = LocalProduct.objects.filter(NOBODY | Q(has_consent=True), is_public=True, withdrawn_at=None)
    return rows.select_related("village")


def _local_product(row: Any) -> Entry:
    price = f"{show_number(row.price_yuan)} 元{f'/{row.price_per}' if row.price_per else ''}" if row.price_yuan else ""
    facts = (
        ("生产者或经营者", row.producer),
        ("认证和品牌", row.certified_as),
        ("联系人", row.contact if row.contact != row.producer else ""),
    )
    season = "" if row.kind in NO_GOODS else shelves.season(row.season_from, row.season_to)
    thing: dict[str, Any] = {"@type": "Place" if row.kind == "sight" else "Product", "name": row.name}
    if row.price_yuan and row.kind != "sight":
        thing["offers"] = {"@type": "Offer", "price": str(row.price_yuan), "priceCurrency": "CNY"}
    if row.producer and row.kind != "sight":
        thing["brand"] = {"@type": "Organization", "name": row.producer}
    return Entry(
        row.pk, row.name, row.get_kind_display(), row.village.full_name, row.village_id, price, season,
        tuple((label, text) for label, text in facts if text), row.story, row.contact_phone, thing,
    )  # fmt: skip


def stories(on: date) -> QuerySet[ExperienceCase]:
    """Printed already: what was only written for the office stays there."""
    return ExperienceCase.objects.filter(published_on__lte=on, withdrawn_at=None).select_related("division")


def _story(row: Any) -> Entry:
    text = f"遇到什么问题\n{row.problem}\n\n怎么做的\n{row.practice}\n\n效果\n{row.result}"
    facts = (("刊发", f"{row.medium} {row.published_on:%Y-%m-%d}".strip()), ("执笔", row.author))
    thing = {"@type": "Article", "headline": row.title, "datePublished": row.published_on.isoformat()}
    return Entry(
        row.pk, row.title, row.get_topic_display(), row.division.full_name, row.division_id,
        facts=tuple((label, said) for label, said in facts if said), story=text, thing=thing,
    )  # fmt: skip


def offer() -> None:
    shelves.put(Shelf(
        "products", "特产和资源", "村里的特产、手艺、景点和民宿，什么时候有、找谁买", local_products, _local_product,
        "village", tuple(LocalProduct.Kind.choices), "kind",
        ("name", "producer", "certified_as", "village__full_name"), True, (LocalProduct,),
    ))  # fmt: skip
    shelves.put(Shelf(
        "stories", "经验和故事", "各地刊发过的好做法：遇到什么问题、怎么做、效果怎样", stories, _story, "division",
        tuple(ExperienceCase.Topic.choices), "topic", ("title", "problem", "result", "division__full_name"), False,
        (ExperienceCase,),
    ))  # fmt: skip
