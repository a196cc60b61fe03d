from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "bangfu.indicators"
    label = "indicators"
    verbose_name = "指标"

    def ready(self) -> None:
        from bangfu.indicators import checks, describing, on_guideline, on_list  # noqa: PLC0415

        checks.register()
        on_list.offer()
        on_guideline.offer()
        describing.offer()
