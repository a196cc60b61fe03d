"""When a session ends: after a time without requests, and in any case after a working day (等保: 超时退出).

The session remembers, to the minute and only inside itself, when it was last used; nothing about it is kept afterwards.
"""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

_STARTED, _USED = "started", "used"
#: Writing the session at each request would cost an update each; a minute is exact enough for half an hour.
_GRAIN_S = 60


def begin(session: SessionBase, now_s: float) -> None:
    """At log-in: from here the working day counts."""
    session[_STARTED] = session[_USED] = int(now_s)


class Ended(StrEnum):
    IDLE = "离开时间较长，已自动退出，请重新登录"
    ABSOLUTE = "本次登录已满时限，请重新登录"


def end_if_due(request: HttpRequest, now_s: float, counts_as_use: bool) -> Ended | None:
    """Ends a session that is too old. `counts_as_use`: the request is work, not a script asking whether it may."""
    session = request.session
    if session.is_empty() or "_auth_user_id" not in session:
        return None
    started, used = session.get(_STARTED), session.get(_USED)
    if started is None or used is None:
        begin(session, now_s)
        return None
    ended = None
    if now_s - started >= settings.SESSION_ABSOLUTE.total_seconds():
        ended = Ended.ABSOLUTE
    elif now_s - used >= settings.SESSION_IDLE.total_seconds():
        ended = Ended.IDLE
    if ended:
        logout(request)
    elif counts_as_use and now_s - used >= _GRAIN_S:
        session[_USED] = int(now_s)
    return ended
