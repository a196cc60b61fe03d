from django.apps import AppConfig


class ToysConfig(AppConfig):
    name = "bangfu.exchange.tests.toys"
    label = "exchange_toys"
    verbose_name = "样例"
