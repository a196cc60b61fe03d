"""What an old ledger of a county may say in its columns, and under which heads (1.4). Never imported itself: it tells the
columns of a worksheet, which then become those of the assets' own workbook."""

from __future__ import annotations

from bangfu.assets.asset import Asset
from bangfu.exchange.sheet import Column, Kind, Sheet

COST, PLACE = "cost_yuan", "division"
LABELS = {
    "old_no": "原台账编号", "name": "资产名称", "asset_class": "资产类别", "project_no": "项目编号", "project": "项目名称",
    "formed_year": "形成年度", "acquired_on": "购建日期", "spec": "规格", "quantity": "数量", "unit_word": "计量单位",
    COST: "原值", PLACE: "坐落", "owner_level": "产权归属", "owner": "所有权人", "user_name": "使用或经营主体",
    "operation_mode": "经营方式", "keeper": "管护责任人", "keeper_phone": "管护责任人电话", "care_fund": "管护经费来源",
    "right_confirmed_on": "确权日期", "certificate_no": "登记证号", "handed_over_on": "移交日期", "note": "备注",
}  # fmt: skip
ALIASES: dict[str, tuple[str, ...]] = {
    "old_no": ("资产编号", "资产编码", "资产代码", "卡片编号"),
    "name": ("名称", "资产", "固定资产名称", "项目资产名称", "设施名称"),
    "asset_class": ("类别", "资产类型", "资产分类", "资产性质", "资产属性"),
    "project_no": ("项目编码", "项目代码", "项目号"),
    "project": ("形成资产的项目", "所属项目", "来源项目", "对应项目", "项目"),
    "formed_year": ("年度", "年份", "项目年度", "建成年度", "实施年度", "形成时间", "购建年度"),
    "acquired_on": ("购建时间", "购置日期", "购置时间", "建成时间", "竣工日期", "验收日期", "取得日期", "入账日期"),
    "spec": ("规格型号", "规格", "型号", "建设规模", "建设内容", "规模"),
    "quantity": ("资产数量",),
    "unit_word": ("单位", "数量单位"),
    COST: ("资产原值", "资产价值", "价值", "金额", "投资额", "投资金额", "资产金额", "项目资金", "总投资", "入账价值"),
    PLACE: ("资产地点", "资产坐落", "地点", "所在地", "位置", "实施地点", "存放地点", "坐落位置", "所在位置"),
    "owner_level": ("产权归属级别", "权属级别", "归属级别"),
    "owner": ("产权归属", "产权人", "产权单位", "所有者", "权属单位", "资产所有者", "资产归属", "归属"),
    "user_name": ("使用单位", "经营主体", "运营主体", "使用主体", "承租人", "使用/经营主体", "经营者"),
    "operation_mode": ("运营方式", "经营模式"),
    "keeper": ("管护人", "管护责任主体", "管护主体", "责任人", "管理人", "负责人"),
    "keeper_phone": ("联系电话", "电话", "管护人电话", "手机"),
    "care_fund": ("管护经费", "管护资金来源"),
    "right_confirmed_on": ("确权时间",),
    "certificate_no": ("权证号", "证书编号", "确权证号", "登记证书号"),
    "handed_over_on": ("移交时间",),
    "note": ("说明", "其他"),
}  # fmt: skip
OLD = Sheet(
    "old-assets", "旧资产台账", Asset,
    tuple(
        Column(name, label, Kind.DIVISION if name == PLACE else Kind.TEXT, aliases=ALIASES.get(name, ()))
        for name, label in LABELS.items()
    ),
    identity=("name",), scope=PLACE,
)  # fmt: skip
