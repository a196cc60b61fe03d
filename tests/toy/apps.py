from django.apps import AppConfig


class ToyConfig(AppConfig):
    name = "tests.toy"
    label = "toy"
    verbose_name = "样例"

    def ready(self) -> None:
        # its declaration asks for models of other apps, which are loaded only by now
        from tests.toy import workflow  # noqa: F401, PLC0415
