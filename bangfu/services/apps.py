from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "bangfu.services"
    label = "services"
    verbose_name = "公共服务和乡村治理"

    def ready(self) -> None:
        from bangfu.services.directory import shelves  # noqa: PLC0415

        shelves.offer()
