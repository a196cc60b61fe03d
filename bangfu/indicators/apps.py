from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "bangfu.indicators"
    label = "indicators"
    verbose_name = "指标"
