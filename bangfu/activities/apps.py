from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "bangfu.activities"
    label = "activities"
    verbose_name = "活动"

    def ready(self) -> None:
        # models are loaded by now; an import at the top would be too early
        from bangfu.activities import offers as counts  # noqa: PLC0415
        from bangfu.activities import on_household, on_rotation, on_team  # noqa: PLC0415
        from bangfu.people import offers  # noqa: PLC0415
        from bangfu.units import beside, rotation  # noqa: PLC0415

        counts.sources.append(counts.by_kind)
        offers.buttons.append(on_household.visit_button)
        offers.parts.append(on_household.visits)
        rotation.heirs.append(on_rotation.FOLLOW_UPS)
        beside.sources.append(on_team.activities)
