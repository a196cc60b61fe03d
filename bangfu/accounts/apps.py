from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bangfu.accounts"
    label = "accounts"
    verbose_name = "用户和权限"

    def ready(self) -> None:
        from bangfu.accounts import entrance  # noqa: PLC0415 (models exist only now)

        entrance.listen()
