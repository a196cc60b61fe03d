from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "bangfu.assets"
    label = "assets"
    verbose_name = "项目资产"

    def ready(self) -> None:
        # workflows, sheets and what hangs on the page of an asset ask for models: loaded only by now
        from bangfu.assets.disposal import disposal_flow, sheet  # noqa: F401, PLC0415
        from bangfu.assets.disposal import section as disposals  # noqa: PLC0415
        from bangfu.assets.operating import books_of_assets  # noqa: PLC0415
        from bangfu.assets.operating import section as operation  # noqa: PLC0415

        books_of_assets.join()
        operation.join()
        disposals.join()
        sheet.register()
