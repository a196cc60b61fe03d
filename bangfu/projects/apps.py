from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "bangfu.projects"
    label = "projects"
    verbose_name = "规划和项目库"

    def ready(self) -> None:
        # workflows name ledgers and models of other apps, which are loaded only by now
        from bangfu.projects import adjustment_flow, on_guideline, project_flow  # noqa: F401, PLC0415

        on_guideline.offer()
