from django.apps import AppConfig


class ConsolidationConfig(AppConfig):
    name = "bangfu.consolidation"
    label = "consolidation"
    verbose_name = "巩固脱贫成果"
