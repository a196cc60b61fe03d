"""Tests run on the embedded PostgreSQL (or DATABASE_URL); it is started once and found again by later runs."""

from django.conf import settings

from bangfu.site import embedded

if settings.EMBEDDED:
    embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)

pytest_plugins = ["tests.fixtures.database", "tests.fixtures.cast", "tests.fixtures.browser"]
