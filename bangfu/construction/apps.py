from django.apps import AppConfig


class ConstructionConfig(AppConfig):
    name = "bangfu.construction"
    label = "construction"
    verbose_name = "镇村建设"

    def ready(self) -> None:
        # what hangs on the books of funds asks for models: loaded only by now
        from bangfu.construction import fund_balance  # noqa: PLC0415

        fund_balance.join()
