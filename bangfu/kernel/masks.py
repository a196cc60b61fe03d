"""Masks of what is private but no identity number: phones, bank accounts."""

from __future__ import annotations


def mask_phone(text: str) -> str:
    """13812345678 → 138****5678; shorter numbers keep their last two digits."""
    if len(text) >= 7:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    return "*" * max(len(text) - 2, 0) + text[-2:]


def mask_account(text: str) -> str:
    """Only the last four digits."""
    return "*" * max(len(text) - 4, 0) + text[-4:]
