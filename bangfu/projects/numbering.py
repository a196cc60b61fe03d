"""Project numbers, unique within a county: 县代码-年度-序号, given by the database to every row that comes without one."""

from __future__ import annotations

import pgtrigger
from django.db import models

_COUNTY = 10**6


class ProjectNumber(models.Model):
    """项目编号: the last number given in a county for a year."""

    county = models.BigIntegerField("县")
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("最后的序号")

    class Meta:
        verbose_name = verbose_name_plural = "项目编号"
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="one_number_a_county_and_year")]

    def __str__(self) -> str:
        return f"{self.county}-{self.year}-{self.last}"


TRIGGER = pgtrigger.Trigger(
    name="give_number",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Condition("NEW.project_no = ''"),
    declare=[("given", "integer")],
    func=f"""
        INSERT INTO projects_projectnumber AS n (county, year, last) VALUES (NEW.division_id / {_COUNTY}, NEW.year, 1)
        ON CONFLICT (county, year) DO UPDATE SET last = n.last + 1 RETURNING n.last INTO given;
        NEW.project_no := (NEW.division_id / {_COUNTY})::text || '-' || NEW.year::text || '-' || lpad(given::text, 4, '0');
        RETURN NEW;""",  # noqa: S608 (constants of this module)
)
