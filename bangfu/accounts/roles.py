"""Roles, acts, and the one table that says which role may do which act (等保三级: 最小权限, 三员分立)."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices

from bangfu.kernel.codes import Level


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
    BANK = "bank", "银行经办人"
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
    POLICY = "policy"  # a local value of a parameter, by document number; for the whole province also holidays
    GRANT = "grant"
    AUDIT = "audit"
    OPERATE = "operate"


_READER = {Act.READ, Act.EXPORT, Act.REVEAL}
_WRITER = _READER | {Act.EDIT, Act.WITHDRAW, Act.IMPORT}

MATRIX: dict[Role, frozenset[Act]] = {
    Role.PROVINCE: frozenset(_READER | {Act.POLICY}),
    Role.CITY: frozenset(_READER | {Act.POLICY}),
    Role.COUNTY: frozenset(_WRITER | {Act.BULK, Act.UNMASK, Act.POLICY}),
    Role.TOWN: frozenset(_WRITER | {Act.BULK}),
    Role.VILLAGE: frozenset(_WRITER),
    Role.CAPTAIN: frozenset(_WRITER),
    Role.MEMBER: frozenset(_WRITER),
    Role.LIAISON: frozenset({Act.READ, Act.EDIT}),  # where a ledger lets a unit write (Ledger.of_units, edited_by)
    Role.DEPARTMENT: frozenset({Act.READ, Act.IMPORT}),
    Role.BANK: frozenset({Act.READ}),  # the ledgers that name it: consented wishes, own loans and products
    Role.AUDITOR: frozenset({Act.AUDIT}),
    Role.SECURITY: frozenset({Act.GRANT}),
    Role.OPERATOR: frozenset({Act.OPERATE}),
}

ACT_LABELS: dict[Act, str] = {
    Act.READ: "查看",
    Act.EDIT: "新增、修改",
    Act.WITHDRAW: "撤回",
    Act.BULK: "批量修改",
    Act.IMPORT: "导入",
    Act.EXPORT: "导出（脱敏）",
    Act.REVEAL: "查看单个完整号码",
    Act.UNMASK: "导出完整号码",
    Act.POLICY: "登记政策参数",
    Act.GRANT: "管理用户和授权",
    Act.AUDIT: "查看操作留痕",
    Act.OPERATE: "维护系统运行",
}

#: 三员: none of them sees business data, and one person holds only one of them and nothing else.
OFFICERS: frozenset[Role] = frozenset({Role.AUDITOR, Role.SECURITY, Role.OPERATOR})

#: Roles whose grant a second security officer confirms, where the installation asks for it.
CONFIRMED_ROLES: frozenset[Role] = frozenset({Role.PROVINCE, Role.CITY, Role.COUNTY, *OFFICERS})


@dataclass(frozen=True)
class Reach:
    """On what a grant of a role must lie, and what its holder then sees, in words for an official."""

    levels: frozenset[Level]
    needs_unit: bool
    sees: str


_OFFICER_LEVELS = frozenset({Level.PROVINCE, Level.CITY, Level.COUNTY})

REACH: dict[Role, Reach] = {
    Role.PROVINCE: Reach(frozenset({Level.PROVINCE}), False, "全省数据，只看不改；按文件登记政策参数和节假日"),
    Role.CITY: Reach(frozenset({Level.CITY}), False, "本市数据，只看不改；按文件登记政策参数"),
    Role.COUNTY: Reach(frozenset({Level.COUNTY}), False, "本县（市、区）数据；不设县的地级市授在市上"),
    Role.TOWN: Reach(frozenset({Level.TOWN}), False, "本镇（街、功能区）数据"),
    Role.VILLAGE: Reach(frozenset({Level.VILLAGE}), False, "本村（社区）数据"),
    Role.CAPTAIN: Reach(frozenset({Level.TOWN}), False, "驻点镇数据，可同时驻几个镇"),
    Role.MEMBER: Reach(frozenset({Level.TOWN}), False, "驻点镇数据"),
    Role.LIAISON: Reach(frozenset(), True, "本单位结对和履职的数据，登记本单位参加的活动；不看户和人"),
    Role.DEPARTMENT: Reach(frozenset({Level.PROVINCE, Level.CITY, Level.COUNTY}), True, "只看本部门提供的数据"),
    Role.BANK: Reach(frozenset(), True, "本人同意给本银行看的金融需求、本银行的贷款和产品；答复需求，不看别的"),
    Role.AUDITOR: Reach(_OFFICER_LEVELS, False, "辖区内的操作留痕，不看业务数据"),
    Role.SECURITY: Reach(_OFFICER_LEVELS, False, "辖区内的用户和授权，不看业务数据"),
    Role.OPERATOR: Reach(_OFFICER_LEVELS, False, "系统运行状况，不看业务数据"),
}


def conflict(role: Role, others: frozenset[Role]) -> Role | None:
    """The role among `others` that one person may not hold beside `role` (三员分立), if there is one."""
    if role in OFFICERS:
        return min(others - {role}, default=None)
    return min(others & OFFICERS, default=None)
