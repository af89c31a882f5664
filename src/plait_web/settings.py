"""Django's settings, read from the environment. `docs/how-to/run-a-server.md` lists every variable."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from plait_web.accounts.tenants import providers
from plait_web.environment import flag, listed, made, path, secret_key, text
from plait_web.mail import post_office, secret

BASE = Path(__file__).resolve().parent
HOME = path("PLAIT_HOME", "plait-home")  # the workspace: what was decided (SQLite), the store, uploads that wait
# The partnership's key is kept away from HOME: who holds both can find names.
KEY_FILE = path("PLAIT_KEY_FILE", "partnership.key")
DEBUG = flag("PLAIT_DEBUG")
SECRET_KEY = secret_key(HOME)
SECRET_KEY_FALLBACKS = listed("PLAIT_SECRET_KEY_BEFORE", "")  # still read, no longer written with
ALLOWED_HOSTS = listed("PLAIT_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = listed("PLAIT_ORIGINS", "")
BASE_URL = text("PLAIT_BASE_URL", "http://localhost:8000")
SECURITY_CONTACT = text("PLAIT_SECURITY_CONTACT", "")  # such as mailto:security@example.org
INVENTED = flag("PLAIT_INVENTED")  # the demonstration: each page says so
SECURE = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "plait_web.ui",
    "plait_web.audit",
    "plait_web.accounts",
    "plait_web.partnership",
    "plait_web.knowledge",
    "plait_web.agreed",
    "plait_web.packs",
    "plait_web.returns",
    "plait_web.crosswalk",
    "plait_web.picture",
    "plait_web.words",
    "plait_web.release",
    "plait_web.api",
    "plait_web.response",
    "plait_web.maturity",
    "plait_web.conversations",
    "plait_web.network",
    "plait_web.mandate",
    "plait_web.quality",
    "plait_web.learning",
    "plait_web.groundwork",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "plait_web.ui.middleware.Headers",
    "plait_web.accounts.middleware.BehindProxy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "plait_web.accounts.middleware.Permitted",
    "plait_web.accounts.middleware.Admitted",
    "plait_web.audit.middleware.ReadsRecorded",
]

ROOT_URLCONF = "plait_web.urls"
WSGI_APPLICATION = "plait_web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "plait_web.ui.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "plait_web.ui.context.page",
            ],
        },
    },
    {  # allauth's own templates, for what ours do not replace
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

DATABASES = {"default": dj_database_url.parse(text("DATABASE_URL", f"sqlite:///{HOME / 'plait.sqlite3'}"))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # two writers wait for one another instead of failing half way
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"

PASSWORD_RESET_TIMEOUT = 60 * 60

ACCOUNT_ADAPTER = "plait_web.accounts.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # the library wants it; nobody signs up
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account begins with a link in a mail
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/15m/key"}
ACCOUNT_FORMS = {
    "login": "plait_web.accounts.forms.SignIn",
    "reauthenticate": "plait_web.accounts.forms.PasswordAgain",
    "reset_password": "plait_web.accounts.forms.ForgottenPassword",
    "reset_password_from_key": "plait_web.accounts.forms.NewPassword",
    "change_password": "plait_web.accounts.forms.ChangePassword",
}
MFA_ADAPTER = "plait_web.accounts.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # every address was proved by the link that made the account, or changed it
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute out
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # on localhost only: browsers refuse it elsewhere
MFA_FORMS = {
    "authenticate": "plait_web.accounts.forms.Code",
    "authenticate_webauthn": "plait_web.accounts.forms.Key",
    "reauthenticate": "plait_web.accounts.forms.CodeAgain",
    "activate_totp": "plait_web.accounts.forms.NewApp",
    "add_webauthn": "plait_web.accounts.forms.NewKey",
}
SOCIALACCOUNT_ADAPTER = "plait_web.accounts.adapters.Tenants"
SOCIALACCOUNT_PROVIDERS = providers(text("PLAIT_OIDC", ""))
SOCIALACCOUNT_LOGIN_ON_GET = (
    True  # a form that leads to another site is refused by our own policy; see accounts.sign_in
)
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

SESSION_ENGINE = "plait_web.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-plait", "__Host-csrf") if SECURE else ("plait", "csrf")
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_SSL_REDIRECT = SECURE
BEHIND_PROXY = flag("PLAIT_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

CSRF_FAILURE_VIEW = "plait_web.ui.views.csrf_failure"

MAIL = post_office(text("PLAIT_MAIL", "console"))
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER = MAIL.backend, MAIL.host, MAIL.port, MAIL.user
EMAIL_USE_TLS, EMAIL_TIMEOUT = MAIL.tls, 20
EMAIL_HOST_PASSWORD = secret(text("PLAIT_SMTP_PASSWORD_FILE", ""))
DEFAULT_FROM_EMAIL = text("PLAIT_MAIL_FROM", "plait@localhost")
NOTIFY_URL = text("PLAIT_NOTIFY_URL", "https://api.notifications.service.gov.uk")
NOTIFY_TEMPLATE = text("PLAIT_NOTIFY_TEMPLATE", "")
NOTIFY_KEY_FILE = text("PLAIT_NOTIFY_KEY_FILE", "")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # one small server: nothing to collect before it starts

# An upload goes to disk as it arrives, whatever its size, so that it never fills the memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = made(HOME / "arriving")
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "plait_web.ui.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django_tasks_db": {"level": "WARNING"},  # it tells each second that there was nothing to do
    },
}
