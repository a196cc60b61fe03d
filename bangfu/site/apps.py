from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "bangfu.site"
    label = "site"
    verbose_name = "网站"
