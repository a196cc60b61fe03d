"""What the account pages draw: the demo's cast, the single sign-on, whom a trace is about, data for scripts."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from bangfu.accounts.access import subject_label
from bangfu.accounts.demo import CAST, PASSWORD, Part
from bangfu.accounts.models import Grant, Verb

register = template.Library()


@register.simple_tag
def demo_cast() -> tuple[Part, ...]:
    """Nobody outside the demo."""
    return CAST if settings.DEMO else ()


@register.simple_tag
def demo_password() -> str:
    return PASSWORD if settings.DEMO else ""


@register.simple_tag
def provider() -> str:
    """The name of the single sign-on, or nothing when none is configured."""
    return settings.OIDC_PROVIDER_NAME if settings.OIDC_RP_CLIENT_ID else ""


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute: the template escapes it, so that no inline script is needed."""
    return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"))


@register.filter
def subject(text: str) -> str:
    return subject_label(text)


_BROWSERS = {
    "MicroMessenger": "微信",
    "Edg/": "Edge",
    "Firefox/": "Firefox",
    "HuaweiBrowser": "华为浏览器",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "HarmonyOS": "鸿蒙",
    "Android": "安卓手机",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows 电脑",
    "Mac OS": "苹果电脑",
    "Linux": "Linux 电脑",
}


@register.filter
def scope_words(scope: str) -> str:
    """read:household-toilets → 读取 household-toilets."""
    verb, _, ledger = scope.partition(":")
    return f"{Verb(verb).label}{'全部台账' if ledger == '*' else f' {ledger}'}"


@register.filter
def device(user_agent: str) -> str:
    """A browser's own description in words that its user knows: Windows 电脑 · Edge. The order of the marks matters:
    each browser also claims to be those further down."""
    system = next((word for mark, word in _SYSTEMS.items() if mark in user_agent), "其他设备")
    browser = next((word for mark, word in _BROWSERS.items() if mark in user_agent), "其他浏览器")
    return f"{system} · {browser}"


#: standing of a grant → (word, tone of the interface)
_STANDINGS = {
    "ended": ("已终止", "muted"),
    "pending": ("待复核", "warn"),
    "coming": ("未生效", "note"),
    "over": ("已到期", "muted"),
    "in_force": ("生效中", "ok"),
}


@register.simple_tag
def standing(grant: Grant, on: datetime.date) -> tuple[str, str]:
    """How a grant stands on a day: a word and its tone."""
    if grant.ended_at:
        return _STANDINGS["ended"]
    if grant.confirmed_at is None:
        return _STANDINGS["pending"]
    if grant.from_on > on:
        return _STANDINGS["coming"]
    if grant.to_on and grant.to_on < on:
        return _STANDINGS["over"]
    return _STANDINGS["in_force"]
