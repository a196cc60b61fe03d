from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "bangfu.assets"
    label = "assets"
    verbose_name = "项目资产"

    def ready(self) -> None:
        # what hangs on projects, funds and the sheets asks for models: loaded only by now
        from bangfu.assets import management_sheet, on_guideline  # noqa: PLC0415
        from bangfu.assets.disposal import disposal_flow, sheet  # noqa: F401, PLC0415
        from bangfu.assets.disposal import section as of_disposal  # noqa: PLC0415
        from bangfu.assets.forming import on_project  # noqa: PLC0415
        from bangfu.assets.operating import section as of_operation  # noqa: PLC0415
        from bangfu.assets.operating import sheet_facts  # noqa: PLC0415

        management_sheet.register()
        sheet_facts.join()
        sheet.register()
        on_project.join()
        of_operation.join()
        of_disposal.join()
        on_guideline.offer()
