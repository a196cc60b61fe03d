"""What the application server loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # every view is loaded before the first request, not during it
