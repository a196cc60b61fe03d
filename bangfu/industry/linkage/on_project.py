"""What 4.1 says on the page of an operating project: its agreements with households, promised, paid, and what lacks."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.industry.linkage import promises
from bangfu.industry.linkage.farmer_linkages import FarmerLinkage
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.projects import hooks
from bangfu.projects.project import Project

_SUMS = f"""SELECT count(*), count(DISTINCT l.household_id), sum(due.yuan), sum(paid.yuan), sum(greatest(due.yuan - paid.yuan, 0))
    FROM industry_farmerlinkage l, LATERAL (SELECT {promises.DUE} AS yuan) due, {promises.PAID} paid
    WHERE l.project_id = %(project)s AND l.withdrawn_at IS NULL"""  # noqa: S608 (constants)


def section(project: Project, actor: Actor) -> list[dict[str, Any]]:
    ledger = registry.of(FarmerLinkage)
    if not project.is_operating or ledger is None or not ledger.may(actor, Act.READ):
        return []
    if project.division_id not in ledger.reach(actor, Act.READ):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"project": project.pk, "on": dates.today()})
        count, homes, due, paid, lacking = cursor.fetchall()[0]
    may_add = ledger.may(actor, Act.EDIT)
    return [
        {
            "title": "联农带农", "template": "industry/_project.html", "count": count, "homes": homes, "due": due,
            "paid": paid, "lacking": lacking, "book": f"{reverse('industry:linkage-book')}?project={project.pk}",
            "add": f"{ledger.new_url}?project={project.pk}" if may_add else "",
        }
    ]  # fmt: skip


def join() -> None:
    hooks.sections.append(section)
