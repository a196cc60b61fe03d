from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "bangfu.services"
    label = "services"
    verbose_name = "公共服务和乡村治理"
