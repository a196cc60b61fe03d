from django.apps import AppConfig


class ConstructionConfig(AppConfig):
    name = "bangfu.construction"
    label = "construction"
    verbose_name = "镇村建设"
