"""The product's settings with Django's admin beside it, for bench/people_pages.py alone."""

from bangfu.site.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]  # noqa: F405
ROOT_URLCONF = "bench.people_urls"
