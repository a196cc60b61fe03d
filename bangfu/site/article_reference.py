"""docs/reference/articles.md: what keeps, moves, demands, counts and shows each article, and the scenario that proves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import yaml
from django.apps import apps
from django.conf import settings

from bangfu.kernel import dates
from bangfu.ledger import reference
from bangfu.ledger import registry as ledgers
from bangfu.policy import guideline
from bangfu.policy.guideline import Article, Guideline
from bangfu.screening import rulebook
from bangfu.workflow import registry as workflows

FILE = "articles.md"
SOURCE = "guideline/2023/scenarios.yaml"
#: plays those scenarios that name no test of their own
PLAYED = "tests/scenarios/test_articles.py::test_the_article_works"


@dataclass(frozen=True)
class Scenario:
    says: str
    test: str
    #: address → title; pages behind the log-in, pages for everybody
    pages: Mapping[str, str]
    open: Mapping[str, str]


@cache
def scenarios() -> Mapping[str, Scenario]:
    """By the number of the article."""
    read = yaml.safe_load((settings.ROOT / SOURCE).read_text("utf-8"))["scenarios"]
    return {
        number: Scenario(
            each["says"], each.get("test", f"{PLAYED}[{number}]"), each.get("pages", {}), each.get("open", {})
        )
        for number, each in read.items()
    }


def offer() -> None:
    reference.OF_OTHERS[FILE] = ("条文：每一条由什么记录、推动、要求、计算和显示", page)


def page() -> str:
    law = guideline.in_force(dates.today())
    made = f"由声明和 `{SOURCE}` 生成，不手改：`./run bangfu reference`。"
    head = f"# 条文\n\n{made}每一条都有一个跑得通的场景：记录 → 待办 → 办理 → 指标 → 页面。\n"
    parts = [head]
    for chapter in law.chapters:
        parts.append(f"## 第{chapter.number}章 {chapter.title}\n")
        parts += [_article(law, article) for article in chapter.articles]
    return "\n".join(parts)


def _article(law: Guideline, article: Article) -> str:
    lines = [f"- {what}：{'、'.join(said)}" for what, said in _parts(law, article) if said]
    return f"### {article.number} {article.title}\n\n" + "\n".join(lines) + "\n"


def _parts(law: Guideline, article: Article) -> Iterator[tuple[str, list[str]]]:
    number, proof = article.number, scenarios()[article.number]
    kept = [
        each for each in ledgers.all_ledgers() if each.article == number and each.model.__module__.startswith("bangfu.")
    ]
    yield "台账", [f"[{each.title}]({each.slug}.md)" for each in kept]
    flows = [
        each for each in workflows.all_workflows()
        if each.article == number and apps.get_model(each.subject).__module__.startswith("bangfu.")
    ]  # fmt: skip
    yield "流程", [f"[{each.title}](workflow-{each.slug}.md)" for each in flows]
    yield "履职要求", [each.label for each in law.duties_of(number)]
    rules = [each.title for each in rulebook.load().rules if each.article == number]
    checks = sum(len(each.checks) for each in kept)
    yield (
        "规则",
        [
            *([f"[筛查规则 {len(rules)} 条](screening.md)"] if rules else []),
            *([f"参数 {count} 个"] if (count := len(law.parameters_of(number))) else []),
            *([f"跨行检查 {checks} 条"] if checks else []),
        ],
    )
    yield "指标", [each.label for each in law.indicators_of(number)]
    yield "页面", [f"{title} `{address}`" for address, title in proof.pages.items()]
    yield "公开页面", [f"{title} `{address}`" for address, title in proof.open.items()]
    yield "场景", [f"{proof.says}（`{proof.test.partition('::')[0]}`，{proof.test.partition('::')[2]}）"]
