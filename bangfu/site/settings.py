"""Settings of the whole product; the only module that reads the environment.

DATABASE_URL set → that server; otherwise the embedded one, which the command line and the tests start.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from bangfu.site import embedded, logging

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("BANGFU_VAR", ROOT / "var"))
PGDATA = VAR / "pgdata"
MODE = os.environ.get("BANGFU_MODE", "demo")
DEMO = MODE == "demo"
DEBUG = os.environ.get("BANGFU_DEBUG") == "1"


def _check_mode() -> None:
    """A server must not come up with the demo's secret, hosts or database because a line was forgotten."""
    if MODE not in ("demo", "production"):
        raise ImproperlyConfigured(f"BANGFU_MODE={MODE} 不认识：只能是 demo（演示）或 production（正式运行）。")
    needed = () if DEMO else ("BANGFU_SECRET", "BANGFU_HOSTS", "DATABASE_URL")
    if missing := [name for name in needed if not os.environ.get(name)]:
        raise ImproperlyConfigured(
            f"正式运行缺少环境变量：{'、'.join(missing)}。写法见 docs/howto/run-on-a-server.md。"
        )


_check_mode()


def _database(url: str) -> dict[str, Any]:
    parts, query = urlparse(url), parse_qs(urlparse(url).query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 20}},
        "TEST": {"NAME": os.environ.get("BANGFU_TEST_DB", "test_bangfu")},
    }


EMBEDDED = "DATABASE_URL" not in os.environ
DATABASE_NAME = os.environ.get("BANGFU_DEV_DB", "bangfu")
DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or embedded.database_url(PGDATA, DATABASE_NAME))}


def _secret() -> str:
    """Made once per installation and kept beside the data, so that sessions survive a restart."""
    if given := os.environ.get("BANGFU_SECRET"):
        return given
    file = VAR / "secret"
    if not file.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        file.write_text(os.urandom(48).hex())
        file.chmod(0o600)
    return file.read_text()


SECRET_KEY = _secret()
ALLOWED_HOSTS = os.environ.get("BANGFU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
LOCAL_HOSTS = ("*", "localhost", "127.0.0.1", "[::1]")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in LOCAL_HOSTS]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "mozilla_django_oidc",
    "csp",
    "bangfu.divisions",
    "bangfu.lawbook",
    "bangfu.accounts",
    "bangfu.exchange",
    "bangfu.ledger",
    "bangfu.people",
    "bangfu.construction",
    "bangfu.site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bangfu.site.logging.RequestLog",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "bangfu.site.urls"
WSGI_APPLICATION = "bangfu.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "bangfu/site/templates"],  # before the apps: base.html also frames the log-in pages
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bangfu.site.context.page",
            ],
        },
    }
]

CSRF_FAILURE_VIEW = "bangfu.site.views.csrf_failure"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

PGHISTORY_LEVEL = pghistory.Statement
PGHISTORY_FIELD = pghistory.Field(null=True)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey()
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_constraint=False, related_name="history")

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
# A server collects once, with hashed names and compressed; the demo serves the sources as they are.
STATIC_ROOT = None if DEMO else VAR / "static"
WHITENOISE_USE_FINDERS = DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR / "files"

PROCRASTINATE_IMPORT_PATHS = ["bangfu.site.jobs"]
LOGGING = logging.dictionary(level=os.environ.get("BANGFU_LOG_LEVEL", "INFO"))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Sizes and times of the technique; what policy fixes stands in guideline/parameters/.
PROVINCE = 440000000000
PAGE_SIZE = 50
COUNT_CAP = 1000
RELATED_ROWS = 20
SUGGESTIONS = 20
SEARCH_HITS = 8
MAP_POINTS = 5000
BULK_ROWS = 5000
DRAFT_DAYS = 30
DRAFT_BYTES = 200_000
ATTACHMENT_BYTES = 20 * 2**20
