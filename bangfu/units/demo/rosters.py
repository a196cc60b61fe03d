"""Who is in the demo: invented units and people; only the places are real."""

from __future__ import annotations

#: name, kind, city or county of the seat by code (0: none)
UNITS: tuple[tuple[str, str, int], ...] = (
    ("广东省北江水文研究院（演示）", "province", 440000000000),
    ("岭南农林大学（演示）", "university", 440000000000),
    ("广州市市场服务中心（演示）", "city", 440100000000),
    ("粤北绿能投资集团（演示）", "state_enterprise", 440100000000),
    ("广州市花卉研究所（演示）", "institution", 440100000000),
    ("清远市档案服务中心（演示）", "city", 441800000000),
    ("珠江航道管理中心（演示）", "central", 440100000000),
    ("英德市自然资源服务中心（演示）", "county", 441881000000),
)
#: the unit of the liaison of the cast; leads the first group
LEAD = "组团结对单位（演示）"

#: place of the unit among UNITS (-1: LEAD), is_lead, joined and left as (year, month, day) or None, why
MEMBERS: tuple[tuple[int, bool, tuple[int, int, int], tuple[int, int, int] | None, str], ...] = (
    (-1, True, (2024, 7, 1), None, ""),
    (0, False, (2024, 7, 1), None, ""),
    (1, False, (2024, 7, 1), None, ""),
    (2, False, (2024, 7, 1), (2025, 4, 30), "机构改革后退出，由广州市花卉研究所接替"),
    (4, False, (2025, 5, 1), None, "接替广州市市场服务中心"),
    (3, False, (2024, 7, 1), None, ""),
)
SECOND: tuple[tuple[int, bool], ...] = ((5, True), (6, False), (0, False))  # a unit may help two towns

#: name, post, kind, sending unit, username of the cast, left, agreement
CADRES: tuple[tuple[str, str, str, int, str, tuple[int, int, int] | None, str], ...] = (
    ("林建华", "captain", "seconded", -1, "duizhang", None, ""),
    ("何景行", "deputy_captain", "seconded", 1, "", None, "组团单位联席会议纪要〔2025〕1号"),
    ("苏晓彤", "member", "seconded", -1, "duiyuan", None, ""),
    ("温若川", "member", "first_secretary", 0, "", None, ""),
    ("赖秋萍", "member", "seconded", 3, "", None, ""),
    ("沈致远", "member", "technology_commissioner", 1, "", None, ""),
    ("钟雨桐", "member", "volunteer", 4, "", None, ""),
    ("庄伯言", "member", "seconded", 2, "", (2025, 4, 30), ""),
)
#: captains and members of other towns' teams, one row a town
OTHERS: tuple[tuple[str, ...], ...] = (
    ("曾庆云", "黎思敏", "凌少峰", "姚婉仪", "范子谦"),
    ("骆文韬", "江雪莹", "彭志勇", "戴可心"),
    ("古振邦", "邹雨薇", "丘海洋", "倪安然", "麦子健"),
    ("", "易水寒", "符永康", "巫晓峰", "尹小满"),  # a team that waits for its captain
)
#: kind, what has been done for every cadre this year
CARE = ("work_fund", "subsidy", "accident_insurance")

#: name, kind, mobilised by, year it joined
PARTNERS: tuple[tuple[str, str, int, int], ...] = (
    ("广州穗丰农产品有限公司（演示）", "enterprise", -1, 0),
    ("岭南乡村发展基金会（演示）", "social_organisation", -1, 0),
    ("广东康源茶业有限公司（演示）", "enterprise", 1, 0),
    ("粤北文旅投资有限公司（演示）", "enterprise", 3, -1),
)
#: asked or offered, kind, what, unit
RESOURCES: tuple[tuple[str, str, str, int], ...] = (
    ("asked", "expertise", "红茶加工车间改造的技术指导", -2),
    ("asked", "medical", "每季度一次义诊，老人较多", -2),
    ("offered", "expertise", "茶叶加工和品质检测专家两名", 1),
    ("offered", "market", "机关食堂和工会集中采购名额", -1),
    ("asked", "education", "小学需要科学课支教老师", -2),
)
