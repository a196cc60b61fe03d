"""Settings of the whole product; the only module that reads the environment.

DATABASE_URL set → that server; otherwise the embedded one, which the command line and the tests start.
"""

import os
from datetime import timedelta
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
#: a server of one's own is no demo unless one says so
MODE = os.environ.get("BANGFU_MODE", "production" if "DATABASE_URL" in os.environ else "demo")
DEMO = MODE == "demo"
PRODUCTION = not DEMO
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
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 20},
            **{key: values[0] for key, values in query.items() if key != "host"},  # sslmode, sslrootcert …
        },
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

PACKAGES = (  # in the order of their layers (docs/map.md)
    "divisions", "lawbook", "exchange", "workflow", "bookkeeping", "ledger", "people", "units", "activities", "notices",
    "projects", "funds", "assets", "consolidation", "construction", "services", "industry", "duties", "indicators", "demands", "site",
)  # fmt: skip
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
    "bangfu.accounts",  # before allauth: its log-in pages replace theirs
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "mozilla_django_oidc",
    "csp",
    *(f"bangfu.{name}" for name in PACKAGES),
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
    "bangfu.accounts.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
    "bangfu.lawbook.kept.KeptForReading",
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
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "bangfu.accounts.passwords.CharacterClassesValidator", "OPTIONS": {"classes": 3}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # life of a one-time link, in seconds
PASSWORD_DAYS = int(os.environ.get("BANGFU_PASSWORD_DAYS", "90" if PRODUCTION else "0"))  # 0: no end

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_IDLE = timedelta(minutes=int(os.environ.get("BANGFU_SESSION_IDLE_MINUTES", "30")))
SESSION_ABSOLUTE = timedelta(hours=int(os.environ.get("BANGFU_SESSION_HOURS", "12")))
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_PROBE = "/session/"  # asks whether the session lives, and does not prolong it
LOGIN_FREE = ("/api/", "/health/", "/static/", "/sw.js")  # these say themselves who may
ACCOUNT_PATHS = ("/accounts/", "/session/")  # open to a person who must first set a password or a second factor

ACCOUNT_ADAPTER = "bangfu.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = SESSION_COOKIE_AGE
# A county's offices share one address: by address only a flood is stopped; single accounts are the lock-out's matter.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "5/300s/key", "reset_password_from_key": "60/m/ip"}
MFA_ADAPTER = "bangfu.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "帮扶"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
USERSESSIONS_TRACK_ACTIVITY = False  # nobody's time online is kept
_SECOND_FACTOR = os.environ.get("BANGFU_SECOND_FACTOR", "county,security,auditor,operator" if PRODUCTION else "")
SECOND_FACTOR_ROLES = tuple(filter(None, _SECOND_FACTOR.split(",")))
GRANTS_NEED_CONFIRMATION = os.environ.get("BANGFU_GRANT_CONFIRMATION", "1" if PRODUCTION else "0") == "1"
API_TOKEN_DAYS = 366  # the longest life of a token

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time that the page names stays true
AXES_DISABLE_ACCESS_LOG = True  # its log counts time online; ours is accounts.AccessLog
AXES_LOCKOUT_CALLABLE = "bangfu.accounts.lockout.respond"
AXES_WHITELIST_CALLABLE = "bangfu.accounts.lockout.is_exempt"
AXES_CLIENT_IP_CALLABLE = "bangfu.accounts.origin.address"
AXES_ENABLE_ADMIN = False
TRUSTED_PROXIES = int(os.environ.get("BANGFU_TRUSTED_PROXIES", "0"))  # reverse proxies in front of us

# Single sign-on (粤政易 or any OpenID Connect provider): only when a client id is given.
OIDC_BACKEND = "bangfu.accounts.oidc.ProviderBackend"
OIDC_RP_CLIENT_ID = os.environ.get("BANGFU_OIDC_CLIENT_ID", "")
OIDC_RP_CLIENT_SECRET = os.environ.get("BANGFU_OIDC_CLIENT_SECRET", "")
OIDC_RP_SIGN_ALGO = os.environ.get("BANGFU_OIDC_ALGORITHM", "RS256")
OIDC_RP_SCOPES = os.environ.get("BANGFU_OIDC_SCOPES", "openid profile")
OIDC_OP_ISSUER = os.environ.get("BANGFU_OIDC_ISSUER", "")
OIDC_OP_AUTHORIZATION_ENDPOINT = os.environ.get("BANGFU_OIDC_AUTHORIZATION_URL", "")
OIDC_OP_TOKEN_ENDPOINT = os.environ.get("BANGFU_OIDC_TOKEN_URL", "")
OIDC_OP_USER_ENDPOINT = os.environ.get("BANGFU_OIDC_USERINFO_URL", "")
OIDC_OP_JWKS_ENDPOINT = os.environ.get("BANGFU_OIDC_JWKS_URL", "")
OIDC_USERNAME_CLAIM = os.environ.get("BANGFU_OIDC_USERNAME_CLAIM", "preferred_username")
OIDC_PROVIDER_NAME = os.environ.get("BANGFU_OIDC_NAME", "统一身份认证")
OIDC_CALLBACK_CLASS = "bangfu.accounts.oidc.CallbackView"
OIDC_CREATE_USER = False
OIDC_USE_PKCE = True
OIDC_TIMEOUT = 10
if OIDC_RP_CLIENT_ID:
    AUTHENTICATION_BACKENDS.append(OIDC_BACKEND)

PGHISTORY_LEVEL = pghistory.Statement  # type: ignore[has-type]  # its modules import each other
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
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # the folder is made by the first start
# A server collects once, with hashed names and compressed; the demo serves the sources as they are.
STATIC_ROOT = None if DEMO else VAR / "static"
WHITENOISE_USE_FINDERS = DEMO
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR / "files"
EXCHANGE: dict[str, int] = {}  # bounds of import and export that differ from exchange/limits.py

PROCRASTINATE_IMPORT_PATHS = ["bangfu.site.jobs"]
LOGGING = logging.dictionary(level=os.environ.get("BANGFU_LOG_LEVEL", "INFO"))

_OWN = ("script", "style", "font", "connect", "worker", "manifest", "media")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{f"{kind}-src": [SELF] for kind in _OWN},
        "img-src": [SELF, "data:", "blob:"],
        **{kind: [NONE] for kind in ("frame-src", "object-src", "base-uri", "frame-ancestors")},
        "form-action": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
if PRODUCTION and TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Sizes and times of the technique; what policy fixes stands in guideline/parameters/.
PROVINCE = 440000000000
PAGE_SIZE = 50
COUNT_CAP = 1000
RELATED_ROWS = 20
SUGGESTIONS = 20
SEARCH_HITS = 8
VAST_COUNT_CAP = 200  # of a ledger of millions: for 200 that pass a filter of one in a hundred, 20,000 rows are read
SEARCH_ROWS = VAST_COUNT_CAP + 1  # a search by keys gives no more: so that the list can say “超过”
MAP_POINTS = BULK_ROWS = 5000
DRAFT_DAYS = 30
DRAFT_BYTES = 200_000
ATTACHMENT_BYTES = 20 * 2**20
BOUNDARY_BYTES = 20 * 2**20
BOUNDARY_POINTS = 60_000
