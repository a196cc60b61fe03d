from django.apps import AppConfig
from django.core import checks


class FundsConfig(AppConfig):
    name = "bangfu.funds"
    label = "funds"
    verbose_name = "资金"

    def ready(self) -> None:
        # what hangs on projects and what the sheets show ask for models: loaded only by now
        from bangfu.funds import on_project, use_sheet  # noqa: PLC0415

        on_project.join()
        use_sheet.register()
        checks.register(_sheets_are_known)


def _sheets_are_known(**kwargs: object) -> list[checks.CheckMessage]:
    from bangfu.funds import official_sheets  # noqa: PLC0415

    return [checks.Error(f"no fact {each!r}", id="funds.E001") for each in official_sheets.unknown_facts()]
