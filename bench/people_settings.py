"""The product's settings with Django's admin beside it, on a server and database of their own, kept between runs."""

import os
from pathlib import Path

os.environ.setdefault("BANGFU_VAR", str(Path(__file__).resolve().parent.parent / "var/scale"))
os.environ.setdefault("BANGFU_DEV_DB", "bench_people")
os.environ.setdefault("BANGFU_LOG_LEVEL", "WARNING")

from bangfu.site.settings import *  # noqa: E402, F403

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]  # noqa: F405
ROOT_URLCONF = "bench.people_urls"
