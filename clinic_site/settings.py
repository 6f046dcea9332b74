"""Django settings, in the order of Django's own reference. Values come from the environment.

`.env.example` lists the variables, each with its reason. Without any of them these are the
development settings that `make run` and `make test` use.
"""

import os
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from clinic_site import __version__, environment
from clinic_site.clinic.file_reader import ClinicFileError
from clinic_site.clinic.identity import load_clinic
from clinic_site.web import content_security

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("CLINIC_VAR") or BASE_DIR / "var")

# Kind of process

VERSION = __version__
PRODUCTION = environment.flag("CLINIC_PRODUCTION")
BUILD_ONLY = environment.flag("CLINIC_BUILD")  # collectstatic in an image: no secret, no database
SERVES = environment.choice("CLINIC_SERVES", ("both", "site", "desk"))
SERVES_SITE = SERVES in ("site", "both")
SERVES_DESK = SERVES in ("desk", "both")

CLINIC_FILE = Path(os.environ.get("CLINIC_TOML") or BASE_DIR / "clinic.toml")
try:
    CLINIC = load_clinic(CLINIC_FILE)
except ClinicFileError as error:
    raise ImproperlyConfigured(str(error)) from None

REDIRECTS_FILE = Path(os.environ.get("CLINIC_REDIRECTS") or BASE_DIR / "redirects.toml")

# Core

DEBUG = environment.flag("DJANGO_DEBUG") and not PRODUCTION
if BUILD_ONLY:
    SECRET_KEY = "only used to collect static files"
elif PRODUCTION:
    SECRET_KEY = environment.required("SECRET_KEY", "It signs forms and sessions.")
else:
    SECRET_KEY = os.environ.get("SECRET_KEY") or environment.kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = environment.words(
    "ALLOWED_HOSTS", CLINIC.host if PRODUCTION else "localhost,127.0.0.1,[::1]"
)
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0)

DESK_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # the desk alone registers what it shows
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "intake.desk",
]
INSTALLED_APPS = [
    "clinic_site",
    "pages",
    "pages.editorial",
    "intake",
    "crispy_forms",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    *(DESK_APPS if SERVES_DESK else ["django.contrib.auth", "django.contrib.contenttypes"]),
    *([] if PRODUCTION or BUILD_ONLY else ["clinic_site.tryout"]),  # not in the image
]
DESK_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "intake.desk.frame.admission.Admission",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "intake.desk.entrance.signing_in.IdleLimit",
]
MIDDLEWARE = [
    "clinic_site.web.middleware.SampleMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "clinic_site.web.middleware.ContentSecurityPolicyMiddleware",
    "clinic_site.web.middleware.CacheControlMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "clinic_site.web.middleware.ConditionalMiddleware",
    "django.middleware.common.CommonMiddleware",
    *(DESK_MIDDLEWARE if SERVES_DESK else []),
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "clinic_site.urls"
WSGI_APPLICATION = "clinic_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["pages.templatetags.site", "pages.templatetags.drawn"],
            "context_processors": [
                "django.template.context_processors.request",
                "clinic_site.context_processors.clinic",
                *(
                    [
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "intake.desk.frame.context.desk_frame",
                    ]
                    if SERVES_DESK
                    else []
                ),
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "clinic_forms"
CRISPY_TEMPLATE_PACK = "clinic_forms"
CRISPY_FAIL_SILENTLY = False

# Uploads are refused; a request body is one short form.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# Database

DATABASES = {
    "default": {}
    if BUILD_ONLY
    else dj_database_url.parse(
        environment.required(
            "DATABASE_URL", "`make run` and `make test` start a database of their own."
        ),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if not BUILD_ONLY:
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache that the desk's processes share, above all the counts of wrong passwords

if SERVES_DESK:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "desk_remembered",
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    }

# E-mail

if PRODUCTION or os.environ.get("EMAIL_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = environment.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = CLINIC.replies.mail_from

# Language and time

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = CLINIC.time_zone.key
USE_TZ = True

# Logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "clinic_site.web.log_redaction.RedactionFilter"}},
    "formatters": {"line": {"()": "clinic_site.web.log_redaction.LineFormatter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["redact"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}

# Security

SECURE_CSP = content_security.READERS
SECURE_CSP_DESK = content_security.DESK
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION and TRUSTED_PROXIES else None
)
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
if SERVES_DESK:
    CSRF_FAILURE_VIEW = "intake.desk.frame.refusals.token_refused"
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # the desk has the CSRF middleware; readers' forms carry a signed token
]
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# Signing in at the desk: a password and a second factor, or a passkey with user verification

LOGIN_URL = "/desk/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/desk/login/"
DESK_IDLE_MINUTES = 15
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no second cookie
ACCOUNT_ADAPTER = "intake.desk.entrance.signing_in.SigningIn"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # of a form that has no address
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords and codes: for each user name, and for each network.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/15m/key,30/15m/ip",
    "login": None,  # successful sign-ins are not counted
    "reauthenticate": "30/m/user",
}
MFA_ADAPTER = "intake.desk.entrance.second_factor.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "intake.desk.entrance.code_forms.CodeForm",
    "reauthenticate": "intake.desk.entrance.code_forms.CodeAgainForm",
    "activate_totp": "intake.desk.entrance.code_forms.FirstCodeForm",
    "add_webauthn": "intake.desk.entrance.passkeys.PasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nothing is sent there
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds that clocks may differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
# Keys that encrypt the TOTP secrets, the newest first; `factor_secrets` says how to rotate them.
if PRODUCTION or BUILD_ONLY or not SERVES_DESK:
    MFA_KEYS = environment.words("MFA_KEY")
else:
    MFA_KEYS = environment.words("MFA_KEY", environment.kept_secret(VAR_DIR / "mfa_key"))
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # /favicon.ico: browsers ask for it unlinked
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Static build of the pages: decision 0007

PAGES_FROM_FILES = (
    SERVES_SITE and not DEBUG and environment.choice("CLINIC_PAGES", ("files", "live")) == "files"
)
PAGES_DIR = Path(os.environ.get("CLINIC_PAGES_DIR") or VAR_DIR / "pages")

# Intake

INTAKE_KEYS = Path(os.environ.get("INTAKE_KEYS") or VAR_DIR / "keys")
INTAKE_SUITE = environment.choice("INTAKE_SUITE", ("hybrid", "classical"))
INTAKE_PINNED_KEYS = environment.words("INTAKE_PINNED_KEYS")
