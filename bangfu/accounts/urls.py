"""Pages of users, grants, traces and one's own account. The log-in itself is in `login_urls`."""

from django.urls import path

from bangfu.accounts import demo_pages, grants_pages, me, permissions, session_pages, traces

app_name = "accounts"
urlpatterns = [
    path("session/", session_pages.session, name="session"),
    path("permissions/", permissions.permissions, name="permissions"),
    path("me/", me.me, name="me"),
    path("me/tokens/", me.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", me.revoke_token, name="revoke-token"),
    path("grants/", grants_pages.users, name="users"),
    path("grants/pending/", grants_pages.pending, name="pending"),
    path("grants/units/", grants_pages.units, name="units"),
    path("grants/units/options/", grants_pages.unit_options, name="unit-options"),
    path("grants/users/new/", grants_pages.enrol, name="enrol"),
    path("grants/users/<int:pk>/", grants_pages.user, name="user"),
    path("grants/users/<int:pk>/edit/", grants_pages.amend, name="amend"),
    path("grants/users/<int:pk>/grant/", grants_pages.grant, name="grant"),
    path("grants/users/<int:pk>/link/", grants_pages.link, name="link"),
    path("grants/users/<int:pk>/<slug:name>/", grants_pages.act, name="act"),
    path("grants/<int:pk>/confirm/", grants_pages.confirm, name="confirm"),
    path("grants/<int:pk>/end/", grants_pages.end, name="end"),
    path("traces/", traces.traces, name="traces"),
    path("traces/export/", traces.export, name="traces-export"),
    path("demo/as/<slug:username>/", demo_pages.switch, name="demo-switch"),
]
