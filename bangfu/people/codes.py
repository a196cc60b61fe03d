"""The code lists of the household and member forms (guideline/codes), as model fields and workbooks need them."""

from __future__ import annotations

from bangfu.policy.code_lists import CodeValue, code_list

LENGTH = 30  # of a stored value

ORDINARY, LIFTED = "ordinary", "lifted"
HEAD = "head"
#: relations of which every hundred members have several
NEAR = (HEAD, "spouse", "son", "daughter", "daughter_in_law", "sons_son", "sons_daughter", "father", "mother")
HAN = "01"
RESIDENT, DISABILITY = "resident", "disability"
HEALTHY = "healthy"


def choices(name: str) -> list[tuple[CodeValue, str]]:
    return code_list(name).choices


def values(name: str, *labels: str) -> list[str]:
    """Stored values of the labels (default: all), as text. Errors: CodeListError for a label that is not in the list."""
    listed = code_list(name)
    return [str(listed.value_of(label)) for label in labels or [code.label for code in listed.codes]]


def aliases(*names: str, **lists: str) -> dict[str, tuple[tuple[str, CodeValue], ...]]:
    """Other words of workbooks for choices: by field, whose list has the same name or is given (kind="household_kind")."""
    of_fields = {name: name for name in names} | lists
    return {field: tuple(code_list(name).words.items()) for field, name in of_fields.items()}
