"""统一社会信用代码 of contractors and implementing units: one proper form, refused when the check character is wrong."""

from __future__ import annotations

from collections.abc import Callable

from bangfu.exchange.sheet import Frame
from bangfu.kernel import credit_code


def code_fault(text: str) -> str:
    """What is wrong with it, in a sentence; "" when it is right or empty."""
    if not text:
        return ""
    try:
        credit_code.parse(text)
    except credit_code.CreditCodeError as error:
        return str(error)
    return ""


def check_codes(name: str) -> Callable[[Frame], None]:
    """The same for a column of an import."""

    def derive(frame: Frame) -> None:
        texts = frame.columns.get(name, [])
        for index, text in enumerate(texts):
            if fault := code_fault(text or ""):
                frame.fault(index, name, fault, text)
            texts[index] = None if fault or not text else credit_code.normalise(text)

    return derive
