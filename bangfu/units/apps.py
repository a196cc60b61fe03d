from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "bangfu.units"
    label = "units"
    verbose_name = "帮扶单位和工作队"
