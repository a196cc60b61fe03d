"""Code lists of the household and member forms, by their names in guideline/codes."""

from __future__ import annotations

LENGTH = 20

_LISTS = {
    "household_kind": "一般农户 脱贫户",
    "lifted_kind": "一般脱贫户 低保脱贫户 特困供养脱贫户",
    "monitored_kind": "脱贫不稳定户 边缘易致贫户 突发严重困难户",
    "risk_type": "因病 因学 因残 因自然灾害 因意外事故 因产业项目失败 因务工就业不稳 缺劳动力 其他",
    "removal_kind": "帮扶消除 自然消除",
    "house_grade": "A级 B级 C级 D级",
    "road_kind": "泥土路 砂石路 水泥路 沥青路",
    "card_kind": "居民身份证 残疾人证 其他",
    "relation_to_head": (
        "户主 配偶 之子 之女 之儿媳 之女婿 之孙子 之孙女 之外孙子 之外孙女 之父 之母 之岳父 之岳母 之公公 之婆婆 之祖父 之祖母"
        " 之外祖父 之外祖母 之兄弟姐妹 之曾孙子 之曾孙女 之侄儿 之侄女 之兄弟媳妇 之叔伯 其他"
    ),
    "ethnic_group": "汉族 壮族 瑶族 畲族 回族 满族 苗族 土家族 其他",
    "political_status": "中共党员 中共预备党员 共青团员 群众",
    "education": "文盲或半文盲 小学 初中 高中 大专 本科及以上",
    "school_status": (
        "学龄前儿童 学前教育 小学 七年级 八年级 九年级 普通高中一年级 普通高中二年级 普通高中三年级 中职一年级 中职二年级 中职三年级"
        " 高职高专一年级 高职高专二年级 高职高专三年级 技师学院一年级 技师学院二年级 技师学院三年级 技师学院四年级"
        " 本科一年级 本科二年级 本科三年级 本科四年级 本科五年级 硕士研究生及以上"
    ),
    "dropout_reason": "因病 因残 厌学 其他",
    "health": "健康 长期慢性病 患有大病 残疾",
    "disability_category": "视力残疾 听力残疾 言语残疾 肢体残疾 智力残疾 精神残疾 多重残疾",
    "disability_grade": "一级 二级 三级 四级",
    "labour_skill": "普通劳动力 技能劳动力 弱劳动力或半劳动力 丧失劳动力 无劳动力",
    "industry": "农林牧渔业 制造业 建筑业 批发和零售业 住宿和餐饮业 居民服务业 交通运输业 其他",
    "employment_channel": "自主就业 亲友介绍 劳务输出 帮扶车间 公益性岗位 其他",
    "public_post_kind": "护林员 保洁员 护路员 护水员 其他",
    "left_kind": "死亡 婚出 迁出 其他",
}


def choices(name: str) -> list[tuple[str, str]]:
    """(code, label) of a list, in its order."""
    return [(f"{number:02d}", label) for number, label in enumerate(_LISTS[name].split(), 1)]


def value(name: str, label: str) -> str:
    """The code that has this label. Errors: KeyError."""
    return {text: code for code, text in choices(name)}[label]


def values(name: str) -> list[str]:
    return [code for code, _ in choices(name)]


ORDINARY, LIFTED = value("household_kind", "一般农户"), value("household_kind", "脱贫户")
HEAD = value("relation_to_head", "户主")
HAN = value("ethnic_group", "汉族")
