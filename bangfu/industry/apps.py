from django.apps import AppConfig


class IndustryConfig(AppConfig):
    name = "bangfu.industry"
    label = "industry"
    verbose_name = "乡村产业"
