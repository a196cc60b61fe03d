"""Asset numbers, unique within a county: 县代码-Z年度-序号, given by the database to every row that comes without one;
and the state that its dates tell of a row that comes with them."""

from __future__ import annotations

import pgtrigger
from django.db import models

_COUNTY = 10**6


class AssetNumber(models.Model):
    """资产编号: the last number given in a county for a year."""

    county = models.BigIntegerField("县")
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("最后的序号")

    class Meta:
        verbose_name = verbose_name_plural = "资产编号"
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="one_asset_number_a_county_year")]

    def __str__(self) -> str:
        return f"{self.county}-Z{self.year}-{self.last}"


NUMBER = pgtrigger.Trigger(
    name="give_asset_number",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Condition("NEW.asset_no = ''"),
    declare=[("given", "integer")],
    func=f"""
        INSERT INTO assets_assetnumber AS n (county, year, last) VALUES (NEW.division_id / {_COUNTY}, NEW.formed_year, 1)
        ON CONFLICT (county, year) DO UPDATE SET last = n.last + 1 RETURNING n.last INTO given;
        NEW.asset_no := (NEW.division_id / {_COUNTY})::text || '-Z' || NEW.formed_year::text || '-' || lpad(given::text, 5, '0');
        RETURN NEW;""",  # noqa: S608 (constants of this module)
)
#: an old ledger says when it was confirmed and handed over; the state follows from that, and from nothing typed
STATE = pgtrigger.Trigger(
    name="state_of_dates",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Condition("NEW.state IN ('registered', 'confirmed')"),
    func="""
        IF NEW.state = 'registered' AND NEW.right_confirmed_on IS NOT NULL THEN NEW.state := 'confirmed'; END IF;
        IF NEW.handed_over_on IS NOT NULL THEN NEW.state := 'handed_over'; END IF;
        RETURN NEW;""",
)
