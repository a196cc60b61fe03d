"""Settings of the tests: the product's own, but for what only costs time there."""

from bangfu.site.settings import *  # noqa: F403
from bangfu.site.settings import DATABASES

# argon2 takes half a second a password on purpose; tests log in thousands of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A pool keeps sessions open, and an open session stops the removal of the test database.
DATABASES["default"]["OPTIONS"].pop("pool", None)

# The toy ledger passes the same contract tests as every other.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.toy", "bangfu.exchange.tests.toys"]  # noqa: F405
