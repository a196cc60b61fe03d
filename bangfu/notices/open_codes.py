"""Rows that anybody opens by a code, without log-in: certificates, running cases. Who tries codes gets no answer any more."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet

from bangfu.accounts.http import Request
from bangfu.accounts.origin import address
from bangfu.kernel.text import clean
from bangfu.notices.open_limits import is_too_often

CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}")
#: wrong codes from one address in a day (a village shares one of the mobile network)
MOST = {"guesser": 30}


class Unknown(Exception):
    """Nothing is shown; `title`, the words and `status` say why."""

    def __init__(self, title: str, words: str, status: int) -> None:
        super().__init__(words)
        self.title, self.status = title, status


def by_code(request: Request, code: str, rows: QuerySet[Any]) -> Any:
    """The row with the code. Errors: Unknown, also for a right code after too many wrong ones."""
    who = address(request) or ""
    if is_too_often(MOST, counts=False, guesser=who):
        raise Unknown("请明天再试", "输错的编号太多了，请明天再试，或直接向镇、村查询", 429)
    found = rows.filter(code=code).first() if CODE.fullmatch(code) else None
    if found is None:
        is_too_often(MOST, guesser=who)
        raise Unknown("没有这个编号", "请核对给您的编号；已经撤回的查不到", 404)
    return found


def typed(request: Request) -> str:
    """As people copy it from paper."""
    return clean(request.POST.get("code", "")).lower().replace(" ", "")[:40]
