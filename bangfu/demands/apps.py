from django.apps import AppConfig


class DemandsConfig(AppConfig):
    name = "bangfu.demands"
    label = "demands"
    verbose_name = "一张表"
