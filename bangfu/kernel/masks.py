"""Masks of what is private but no identity number: phones, bank accounts; and how a masked text is told from a clear one."""

from __future__ import annotations

_STARS = frozenset("*＊∗✱•●")


def mask_phone(text: str) -> str:
    """13812345678 → 138****5678; shorter numbers keep less, very short ones nothing."""
    head = 3 if len(text) > 10 else 0
    tail = 4 if len(text) > 7 else 2 if len(text) > 4 else 0
    return _starred(text, head, tail)


def mask_account(text: str) -> str:
    """Only the last four digits; of what is short, nothing."""
    return _starred(text, 0, 4 if len(text) > 8 else 0)


def _starred(text: str, head: int, tail: int) -> str:
    return f"{text[:head]}{'*' * (len(text) - head - tail)}{text[len(text) - tail :]}"


def has_mask(text: str) -> bool:
    """Whether the text stands for something hidden: no number, phone or account has a star in it."""
    return not _STARS.isdisjoint(text)
