from django.apps import AppConfig


class DivisionsConfig(AppConfig):
    name = "bangfu.divisions"
    label = "divisions"
    verbose_name = "区划"
