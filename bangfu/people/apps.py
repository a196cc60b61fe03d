from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "bangfu.people"
    label = "people"
    verbose_name = "户和人"

    def ready(self) -> None:
        # models are loaded by now; an import at the top would be too early
        from bangfu.people import books  # noqa: PLC0415

        books.register()
