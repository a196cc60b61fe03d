"""Every address of the product."""

from datetime import date

from django.urls import include, path, register_converter

from bangfu.indicators import api as indicators
from bangfu.ledger import api
from bangfu.site import health, today_pages, views, week_pages


class Day:
    """2026-01-05 in an address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, text: str) -> date:
        return date.fromisoformat(text)

    def to_url(self, day: date) -> str:
        return day.isoformat()


register_converter(Day, "day")

urlpatterns = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", today_pages.today, name="today"),
    path("today/thing/", today_pages.thing, name="today-thing"),
    path("today/snoozed/<int:pk>/wake/", today_pages.wake, name="wake"),
    path("today/handed/<int:pk>/end/", today_pages.take_back, name="take-back"),
    path("today/week/", week_pages.week_page, name="week"),
    path("today/week/<day:day>/", week_pages.week_page, name="week-of"),
    path("large-type/", views.large_type, name="large-type"),
    path("ui/", views.gallery, name="gallery"),
    path("robots.txt", views.robots, name="robots"),
    path("accounts/", include("bangfu.accounts.login_urls")),
    path("", include("bangfu.accounts.urls")),
    path("", include("bangfu.exchange.urls")),
    path("", include("bangfu.ledger.urls")),
    path(api.ROOT.removeprefix("/"), api.addresses(("/indicators", indicators.router))),
    path("divisions/", include("bangfu.divisions.urls")),
    path("people/", include("bangfu.people.urls")),
    path("", include("bangfu.units.urls")),
    path("activities/", include("bangfu.activities.urls")),
    path("guideline/", include("bangfu.lawbook.urls")),
    path("workflows/", include("bangfu.workflow.urls")),
    path("notices/", include("bangfu.notices.urls")),
    path("projects/", include("bangfu.projects.urls")),
    path("facilities/", include("bangfu.projects.facility_urls")),
    path("funds/", include("bangfu.funds.urls")),
    path("assets/operation/", include("bangfu.assets.operating.urls")),
    path("assets/disposal/", include("bangfu.assets.disposal.urls")),
    path("assets/", include("bangfu.assets.urls")),
    path("consolidation/", include("bangfu.consolidation.urls")),
    path("construction/", include("bangfu.construction.urls")),
    path("benefit-funds/", include("bangfu.construction.benefit_fund.urls")),
    path("services/", include("bangfu.services.urls")),
    path("industry/", include("bangfu.industry.urls")),
    path("duties/", include("bangfu.duties.urls")),
    path("demands/", include("bangfu.demands.urls")),
    path("indicators/", include("bangfu.indicators.urls")),
    path("report/", include("bangfu.consolidation.report_urls")),
    path("matters/", include("bangfu.services.lists.urls")),
    path("greening/", include("bangfu.construction.greening.urls")),
    path("points/", include("bangfu.services.points.urls")),
    path("directory/", include("bangfu.services.directory.urls")),
]

handler400 = "bangfu.site.views.bad_request"
handler403 = "bangfu.site.views.forbidden"
handler404 = "bangfu.site.views.not_found"
handler500 = "bangfu.site.views.server_error"
