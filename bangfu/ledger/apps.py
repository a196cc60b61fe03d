from django.apps import AppConfig
from django.core import checks


class LedgerConfig(AppConfig):
    name = "bangfu.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        # models of later apps are loaded by now, so every declaration is known; an import at the top would be too early
        from bangfu.accounts import access  # noqa: PLC0415
        from bangfu.ledger import registry, sheets  # noqa: PLC0415
        from bangfu.ledger.checks import check_ledgers  # noqa: PLC0415

        checks.register(check_ledgers, "ledger")
        sheets.register()
        access.names_subjects(registry.titles)
