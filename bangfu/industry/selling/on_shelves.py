"""What 4.2 puts into the public directory: the supply list, with a brand only while its licence holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.industry.selling.brand_licences import BrandLicence
from bangfu.industry.selling.products import Product
from bangfu.industry.selling.regional_brands import RegionalBrand
from bangfu.kernel.money import show_number
from bangfu.notices import shelves
from bangfu.notices.shelves import Entry, Shelf
from bangfu.people import codes


def supply(on: date) -> QuerySet[Product]:
    rows = Product.objects.filter(is_public=True, is_on_sale=True, withdrawn_at=None)
    rows = rows.filter(Q(business_entity=None) | Q(business_entity__withdrawn_at=None))
    licence = BrandLicence.objects.filter(
        Q(brand__to_on=None) | Q(brand__to_on__gte=on), brand=OuterRef("brand"), brand__withdrawn_at=None,
        business_entity=OuterRef("business_entity"), withdrawn_at=None, from_on__lte=on, to_on__gte=on,
    )  # fmt: skip
    licensed_until = Subquery(licence.order_by("-to_on").values("to_on")[:1])
    return rows.annotate(licensed_until=licensed_until).select_related("division", "business_entity", "brand")


def _product(row: Any) -> Entry:
    facts = []
    if row.business_entity:
        facts.append(("供应", row.business_entity.name))
    if row.brand and row.licensed_until:
        facts.append(("品牌", f"{row.brand.name}（授权至 {row.licensed_until:%Y-%m-%d}）"))
    if row.yearly_tons:
        facts.append(("年供应量", f"{show_number(row.yearly_tons)} 吨"))
    if row.is_recognised:
        facts.append(("认定", "帮扶产品"))
    price = ""
    thing: dict[str, Any] = {"@type": "Product", "name": row.name}
    if row.price_yuan is not None:
        price = f"{show_number(row.price_yuan)} 元{f'/{row.measure}' if row.measure else ''}"
        thing["offers"] = {"@type": "Offer", "price": str(row.price_yuan), "priceCurrency": "CNY"}
    if row.brand and row.licensed_until:
        thing["brand"] = {"@type": "Brand", "name": row.brand.name}
    season = shelves.season(row.season_from, row.season_to)
    return Entry(
        row.pk, row.name, row.get_kind_display(), row.division.full_name, row.division_id, price, season, tuple(facts),
        row.story, thing=thing,
    )  # fmt: skip


def offer() -> None:
    shelves.put(Shelf(
        "supply", "供应清单", "正在供应的产品：价格、上市月份、供应量和品牌授权", supply, _product, "division",
        tuple((str(value), label) for value, label in codes.choices("product_kind")), "kind",
        ("name", "business_entity__name", "division__full_name"), True,
        (Product, BusinessEntity, RegionalBrand, BrandLicence),
    ))  # fmt: skip
