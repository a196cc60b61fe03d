"""What the application server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # every view is loaded before the first request, not during it
# What was loaded stays for good: walking through it again and again is what made one page in twenty take 20 ms longer.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
