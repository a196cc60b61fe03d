from django.apps import AppConfig


class ConsolidationConfig(AppConfig):
    name = "bangfu.consolidation"
    label = "consolidation"
    verbose_name = "巩固脱贫成果"

    def ready(self) -> None:
        # workflows name ledgers and models of other apps, which are loaded only by now
        from bangfu.consolidation import doubt_entry, doubt_imports, doubt_offers, flows, on_household  # noqa: F401, PLC0415
        from bangfu.consolidation.household_screening_pages import offer  # noqa: PLC0415
        from bangfu.exchange import aftermath  # noqa: PLC0415
        from bangfu.ledger import saved  # noqa: PLC0415
        from bangfu.people import offers  # noqa: PLC0415

        offers.buttons.append(offer)
        offers.parts += [on_household.parts, doubt_offers.button]
        saved.followers.append(doubt_entry.follow)
        saved.words.append(doubt_entry.words)
        aftermath.written.append(doubt_imports.check)
        aftermath.taken_back.append(doubt_imports.let_go)
        aftermath.lines.append(doubt_imports.lines)
