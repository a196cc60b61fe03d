"""The page that answers "who may do what": role × act, drawn from MATRIX, so that it is never out of date."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bangfu.accounts.http import Request
from bangfu.accounts.roles import ACT_LABELS, MATRIX, REACH, Act, Role
from bangfu.divisions.models import LEVEL_LABELS


@dataclass(frozen=True)
class Line:
    role: Role
    lies_on: str
    sees: str
    cells: tuple[tuple[str, bool], ...]
    is_mine: bool


def lies_on(role: Role) -> str:
    """On what a grant of the role lies, in words: 县；县＋单位；单位."""
    reach = REACH[role]
    levels = "、".join(LEVEL_LABELS[level] for level in sorted(reach.levels))
    return "＋".join(part for part in (levels, "单位" if reach.needs_unit else "") if part)


@require_safe
def permissions(request: Request) -> HttpResponse:
    mine = request.actor.roles
    lines = [
        Line(
            role,
            lies_on(role),
            REACH[role].sees,
            tuple((ACT_LABELS[act], act in MATRIX[role]) for act in Act),
            role in mine,
        )
        for role in Role
    ]
    return render(request, "accounts/permissions.html", {"acts": [ACT_LABELS[act] for act in Act], "lines": lines})
