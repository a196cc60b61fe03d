from django.apps import AppConfig


class IndustryConfig(AppConfig):
    name = "bangfu.industry"
    label = "industry"
    verbose_name = "乡村产业"

    def ready(self) -> None:
        from bangfu.industry import on_guideline  # noqa: PLC0415
        from bangfu.industry.linkage import on_project  # noqa: PLC0415
        from bangfu.industry.selling import on_shelves  # noqa: PLC0415

        on_guideline.offer()
        on_project.join()
        on_shelves.offer()
