from django.apps import AppConfig
from django.core import checks


class WorkflowConfig(AppConfig):
    name = "bangfu.workflow"
    label = "workflow"
    verbose_name = "流程"

    def ready(self) -> None:
        # the checks ask for models of later apps, which are loaded only by now
        from bangfu.workflow.checks import check_workflows  # noqa: PLC0415

        checks.register(check_workflows, "workflow")
