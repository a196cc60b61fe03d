"""Roles, acts, and the one table that says which role may do which act."""

from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWN = "town", "镇级"
    VILLAGE = "village", "村级"
    CAPTAIN = "captain", "队长"
    MEMBER = "member", "队员"
    LIAISON = "liaison", "单位联络员"
    DEPARTMENT = "department", "部门经办人"
    AUDITOR = "auditor", "审计员"
    SECURITY = "security", "安全员"
    OPERATOR = "operator", "系统管理员"


class Act(StrEnum):
    READ = "read"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    BULK = "bulk"
    IMPORT = "import"
    EXPORT = "export"
    REVEAL = "reveal"  # see one masked value, with a reason
    UNMASK = "unmask"  # export unmasked, with a reason
    GRANT = "grant"
    AUDIT = "audit"
    OPERATE = "operate"


_READER = {Act.READ, Act.EXPORT, Act.REVEAL}
_WRITER = _READER | {Act.EDIT, Act.WITHDRAW, Act.IMPORT}

MATRIX: dict[Role, frozenset[Act]] = {
    Role.PROVINCE: frozenset(_READER),
    Role.CITY: frozenset(_READER),
    Role.COUNTY: frozenset(_WRITER | {Act.BULK, Act.UNMASK}),
    Role.TOWN: frozenset(_WRITER | {Act.BULK}),
    Role.VILLAGE: frozenset(_WRITER),
    Role.CAPTAIN: frozenset(_WRITER),
    Role.MEMBER: frozenset(_WRITER),
    Role.LIAISON: frozenset({Act.READ}),
    Role.DEPARTMENT: frozenset({Act.READ, Act.IMPORT}),
    Role.AUDITOR: frozenset({Act.AUDIT}),
    Role.SECURITY: frozenset({Act.GRANT}),
    Role.OPERATOR: frozenset({Act.OPERATE}),
}
