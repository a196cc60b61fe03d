from django.apps import AppConfig


class BookkeepingConfig(AppConfig):
    name = "bangfu.bookkeeping"
    label = "bookkeeping"
    verbose_name = "复式记账"
