"""Django's settings, all derived from one `Config`."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf.locale import LANG_INFO

from idp.config import load
from idp.config_checks import LOOPBACK
from idp.logs import logging_config

SIGNET = load()

BASE_DIR = Path(__file__).resolve().parent.parent
_origin = urlsplit(SIGNET.issuer)
_https = _origin.scheme == "https"

SECRET_KEY = SIGNET.secret_key
DEBUG = False
# URLs derive from the issuer, never from the Host header; this only refuses strangers.
ALLOWED_HOSTS = [_origin.hostname or ""]
if _origin.hostname in LOOPBACK:
    ALLOWED_HOSTS = sorted(LOOPBACK)
ROOT_URLCONF = "idp.urls"
WSGI_APPLICATION = "idp.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
# Home: where a page leads that has nowhere else to lead to. What is shown there is not its matter.
LOGIN_REDIRECT_URL = "/"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 65_536
# The one page that takes a file, and what it may weigh; its form weighs a little more.
PICTURE_MOST_BYTES = 4_194_304
LARGE_BODIES = {"/account/picture": PICTURE_MOST_BYTES + 65_536}
DATA_UPLOAD_MAX_NUMBER_FILES = 1
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

INSTALLED_APPS = [
    "idp",
    "accounts",
    "oauth",
    "accounts.admin_config.SignetAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp_webauthn",
    "rest_framework",
]

MIDDLEWARE = [
    "idp.health.Probes",
    "idp.middleware.RequestId",
    "idp.middleware.SecurityHeaders",
    "idp.middleware.BodyLimit",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.BrowserCookie",
    "accounts.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.CurrentPerson",
    "accounts.pages.errors.ErrorPages",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# PostgreSQL: connections are kept, statements prepared on the server (both together pay off).
_database = urlsplit(SIGNET.database_url)
_database_options = dict(parse_qsl(_database.query))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.removeprefix("/"),
        "USER": unquote(_database.username or ""),
        "PASSWORD": unquote(_database.password or ""),
        "HOST": _database_options.pop("host", None) or _database.hostname or "",
        "PORT": str(_database.port or _database_options.pop("port", "")),
        "CONN_MAX_AGE": None if SIGNET.database_max_age < 0 else SIGNET.database_max_age,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 1,
            "connect_timeout": 5,
            **_database_options,
        },
    }
}

# Valkey may be lost: short timeouts, no retry, and nothing that says who is signed in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": SIGNET.valkey_url,
        "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2, "retry": None},
    }
}
RATELIMIT_VIEW = None
SILENCED_SYSTEM_CHECKS = [
    "django_ratelimit.E003",  # it does not know Django's own Redis cache
    "django_ratelimit.W001",
    "admin.E408",  # our own middleware sets request.user
    "security.W001",  # idp.middleware.SecurityHeaders sends these headers, on endpoints too
    "security.W002",
    "security.W003",  # CSRF by session; the middleware is there
    "security.W008",  # TLS is the proxy's; a redirected POST would have lost its secret
    "security.W021",  # preloading HSTS is the operator's decision
]

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_NAME = "__Host-signet" if _https else "signet"
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 31_536_000
CSRF_USE_SESSIONS = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
CSRF_COOKIE_SECURE = _https
CSRF_FAILURE_VIEW = "accounts.pages.csrf_failure.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SIGNET.issuer]
LANGUAGE_COOKIE_NAME = "__Host-signet-language" if _https else "signet-language"
LANGUAGE_NOW_COOKIE_NAME = f"{LANGUAGE_COOKIE_NAME}-now"  # see accounts/languages.py
LANGUAGE_COOKIE_SECURE = _https
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31_536_000
SECURE_SSL_REDIRECT = False  # the proxy's business: a redirected POST would have lost its secret
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True

PASSWORD_HASHERS = [
    "accounts.hashers.Argon2Hasher",
    "accounts.hashers.PBKDF2Hasher",
    "accounts.hashers.PBKDF2SHA1Hasher",
    "accounts.hashers.ScryptHasher",
    "accounts.hashers.BCryptSHA256Hasher",
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in SIGNET.languages]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "staticfiles": {"BACKEND": "idp.static_files.SignetStaticFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

EMAIL_HOST = SIGNET.email_host
EMAIL_PORT = SIGNET.email_port
EMAIL_HOST_USER = SIGNET.email_user
EMAIL_HOST_PASSWORD = SIGNET.email_password
EMAIL_USE_TLS = SIGNET.email_security == "starttls"
EMAIL_USE_SSL = SIGNET.email_security == "tls"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SIGNET.email_from
if SIGNET.embedded and not SIGNET.email_host:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# Passkeys. The RP ID is for good: another host name makes every passkey useless.
OTP_WEBAUTHN_CREDENTIAL_MODEL = "accounts.Passkey"
OTP_WEBAUTHN_HELPER_CLASS = "accounts.passkeys.PasskeyHelper"
OTP_WEBAUTHN_RP_ID = _origin.hostname or ""
OTP_WEBAUTHN_RP_NAME = "Signet"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [SIGNET.issuer]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "UNAUTHENTICATED_USER": None,
}

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config(SIGNET.log_level)
