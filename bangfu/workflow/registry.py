"""All workflows by slug, in the order of the guideline's articles."""

from __future__ import annotations

from bangfu.workflow.declaration import Workflow

_workflows: dict[str, Workflow] = {}


class Duplicate(ValueError):
    """Two workflows with one slug."""


def add(workflow: Workflow) -> Workflow:
    if workflow.slug in _workflows:
        raise Duplicate(f"workflow slug {workflow.slug!r} is taken by {_workflows[workflow.slug].title}")
    _workflows[workflow.slug] = workflow
    return workflow


def get(slug: str) -> Workflow | None:
    return _workflows.get(slug)


def all_workflows() -> list[Workflow]:
    return sorted(_workflows.values(), key=lambda workflow: [int(part) for part in workflow.article.split(".")])
