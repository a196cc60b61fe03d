"""Every address of the product."""

from django.urls import include, path

from bangfu.ledger import api
from bangfu.site import health, views

urlpatterns = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", views.today, name="today"),
    path("large-type/", views.large_type, name="large-type"),
    path("ui/", views.gallery, name="gallery"),
    path("robots.txt", views.robots, name="robots"),
    path("accounts/", include("bangfu.accounts.login_urls")),
    path("", include("bangfu.accounts.urls")),
    path("", include("bangfu.exchange.urls")),
    path("", include("bangfu.ledger.urls")),
    path("api/v1/", api.build().urls),
    path("divisions/", include("bangfu.divisions.urls")),
    path("people/", include("bangfu.people.urls")),
    path("", include("bangfu.units.urls")),
    path("activities/", include("bangfu.activities.urls")),
    path("guideline/", include("bangfu.lawbook.urls")),
    path("workflows/", include("bangfu.workflow.urls")),
    path("notices/", include("bangfu.notices.urls")),
    path("consolidation/", include("bangfu.consolidation.urls")),
    path("duties/", include("bangfu.duties.urls")),
    path("report/", include("bangfu.consolidation.report_urls")),
]

handler400 = "bangfu.site.views.bad_request"
handler403 = "bangfu.site.views.forbidden"
handler404 = "bangfu.site.views.not_found"
handler500 = "bangfu.site.views.server_error"
