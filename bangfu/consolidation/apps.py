from django.apps import AppConfig


class ConsolidationConfig(AppConfig):
    name = "bangfu.consolidation"
    label = "consolidation"
    verbose_name = "巩固脱贫成果"

    def ready(self) -> None:
        # workflows name ledgers and models of other apps, which are loaded only by now
        from bangfu.consolidation import flows  # noqa: F401, PLC0415
