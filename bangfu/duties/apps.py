from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "bangfu.duties"
    label = "duties"
    verbose_name = "履职要求"

    def ready(self) -> None:
        from bangfu.duties import checks, on_activity, on_guideline, on_team  # noqa: PLC0415

        checks.register()
        on_guideline.offer()
        on_activity.offer()
        on_team.offer()
