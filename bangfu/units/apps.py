from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "bangfu.units"
    label = "units"
    verbose_name = "帮扶单位和工作队"

    def ready(self) -> None:
        # its workflow names a ledger, and steps ask for models: both are loaded only by now
        from bangfu.units import opinion_flow  # noqa: F401, PLC0415
