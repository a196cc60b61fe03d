"""Why a pair was proposed (3.1), line by line: points and words; and why a wish got nothing."""

from __future__ import annotations

import numpy as np

from bangfu.policy.code_lists import code_list
from bangfu.services.jobs.reading import Material
from bangfu.services.jobs.scoring import AREAS, Weights, steps, wage_points

_STEPS = ("同一个镇", "同一个县", "同一个市", "同一个省", "省外", "境外")
Line = tuple[int, str]


def lines(material: Material, wish: int, post: int, weights: Weights) -> list[Line]:
    """Points and words of everything that counted; points 0 for a limit that is kept."""
    asked, offered = material.said_wishes[wish], material.said_posts[post]
    found = [*_place(material, wish, post, weights), *_trade(material, wish, post, weights)]
    ask, low, high = int(asked[7]), int(offered[5]), int(offered[6])
    pay = f"岗位 {low} 元" if low == high else f"岗位 {low}—{high} 元"
    points = round(float(wage_points(np.float32(ask), np.float32(low), np.float32(high), weights)))
    found.append((points, f"月工资：本人最低要 {ask} 元，{pay}" if ask else f"月工资：本人没有说最低要求，{pay}"))
    found += _need(asked, weights)
    oldest = material.posts.age_max[post]
    limit = f"{material.posts.age_min[post]}—{oldest} 岁" if oldest < 200 else f"{material.posts.age_min[post]} 岁以上"
    found.append((0, f"年龄：{material.wishes.age[wish]} 岁，岗位要 {limit}"))
    found.append((0, f"还空 {material.posts.seats[post]} 个名额，招到 {offered[13]}"))
    return sorted(found, key=lambda line: -line[0])


def _place(material: Material, wish: int, post: int, weights: Weights) -> list[Line]:
    wishes, posts = material.wishes, material.posts
    step = int(steps(wishes.village[[wish]], posts.place[[post]], posts.floor[[post]])[0])
    far = step - int(wishes.area[wish])
    points = max(
        weights.distance_points - (far * weights.farther_points if far > 0 else -far * weights.nearer_points), 1
    )
    wanted, offered = code_list("work_area").label(AREAS[int(wishes.area[wish])]), material.said_posts[post]
    where = material.places.get(offered[2] or offered[1], "")
    than = "，比想去的远一些" if far > 0 else ""
    return [(points, f"地点：想在{wanted}，岗位在{_STEPS[step]}（{where}）{than}")]


def _trade(material: Material, wish: int, post: int, weights: Weights) -> list[Line]:
    found = []
    hits = [word for word in material.wishes.words[wish] if word in material.posts.text[post]]
    if hits:
        found.append((weights.skill_points, f"技能：本人会“{hits[0]}”，岗位提到"))
    trade = int(material.wishes.industry[wish])
    if trade and trade == material.posts.industry[post]:
        label = code_list("industry").label(material.said_wishes[wish][6])
        found.append((weights.industry_points, f"行业：都是{label}"))
    return found


def _need(asked: tuple[object, ...], weights: Weights) -> list[Line]:
    found = []
    if asked[9]:
        found.append((weights.monitored_points, "家庭：监测对象，优先"))
    elif asked[10]:
        found.append((weights.lifted_points, "家庭：脱贫户，优先"))
    days = int(str(asked[11]))
    if waited := min(weights.waiting_points_max, days // max(weights.waiting_days, 1)):
        found.append((waited, f"已经等了 {days} 天"))
    return found


def why_nothing(material: Material, wish: int, fitting: bool, weights: Weights) -> str:
    """For a wish that got no post: what stood in the way for most posts."""
    if fitting:
        return "合适的岗位名额都给了更需要或更合适的人；有新岗位时再匹配"
    posts, wishes, row = material.posts, material.wishes, np.array([wish])
    if not len(posts):
        return "现在没有招聘期内的岗位"
    near = steps(wishes.village[row], posts.place, posts.floor) - wishes.area[row] <= weights.farther_steps_max
    age = (wishes.age[wish] >= posts.age_min) & (wishes.age[wish] <= posts.age_max)
    paid = posts.wage_to * 100 >= wishes.ask[wish] * (100 - weights.wage_below_percent)
    told = (
        (near, "想去的范围里没有招聘期内的岗位；可以问问愿不愿意走远一些"),
        (near & age, "想去的范围里的岗位年龄都不合；可以找公益性岗位或灵活就业"),
        (near & age & paid, "年龄合适的岗位工资都低于最低要求；可以再核实最低工资"),
        (near & age & paid & (posts.seats > 0), "合适的岗位都已招满"),
    )
    return next((words for mask, words in told if not mask.any()), "合适的岗位本人都说过不合适，或公益性岗位一户已满")
