"""What a password must be made of (等保三级: 口令复杂度); length, commonness and likeness are Django's checks."""

from __future__ import annotations

from django.core.exceptions import ValidationError

_CLASSES = {"大写字母": str.isupper, "小写字母": str.islower, "数字": str.isdigit}


class CharacterClassesValidator:
    """At least `classes` of: capital letter, small letter, digit, sign (anything else, Chinese included)."""

    def __init__(self, classes: int = 3) -> None:
        self.classes = classes

    def validate(self, password: str, user: object = None) -> None:
        found = {next((name for name, test in _CLASSES.items() if test(c)), "符号") for c in password}
        if len(found) < self.classes:
            raise ValidationError(
                f"密码太单一：现在只有{'、'.join(sorted(found)) or '空白'}。{self.get_help_text()}",
                code="password_too_uniform",
            )

    def get_help_text(self) -> str:
        return f"请在大写字母、小写字母、数字、符号中至少用 {self.classes} 种。"
