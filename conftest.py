"""Tests run on the embedded PostgreSQL (or DATABASE_URL); it is started once and found again by later runs."""

from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as examples

from bangfu.site import embedded

if settings.EMBEDDED:
    embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)

# a machine with other work is slow, which is no fault of what is tested
examples.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("here")

pytest_plugins = ["tests.fixtures.database", "tests.fixtures.cast", "tests.fixtures.browser"]
