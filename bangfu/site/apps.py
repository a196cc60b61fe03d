from django.apps import AppConfig

from bangfu.site import logging


class SiteConfig(AppConfig):
    name = "bangfu.site"
    label = "site"
    verbose_name = "网站"

    def ready(self) -> None:
        from bangfu.site import article_reference  # noqa: PLC0415

        logging.configure()
        article_reference.offer()
