from django.apps import AppConfig


class LawbookConfig(AppConfig):
    name = "bangfu.lawbook"
    label = "lawbook"
    verbose_name = "政策参数"
