from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "bangfu.people"
    label = "people"
    verbose_name = "户和人"
