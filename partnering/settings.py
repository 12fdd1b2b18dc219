"""Settings: one file, driven by the environment, grouped by heading. README.md lists every variable.

Nothing set means an embedded set-up for one machine: SQLite, a broker made of files, mail kept as files.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

from partnering.environment import generated_key, prepare_folder, refuse_unsafe_production

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = prepare_folder(Path(env.str("PARTNERING_VAR", default=str(BASE_DIR / "var"))).resolve())

# --- Which house this is -------------------------------------------------------------------------------------------
PRODUCTION = env.bool("PARTNERING_PRODUCTION", default=False)
TRIAL = env.bool("PARTNERING_TRIAL", default=False)  # sign in as anyone, read all mail: for trying out on one machine
DEBUG = env.bool("DEBUG", default=False)

SITE_URL = env.str("SITE_URL", default="" if PRODUCTION else "http://127.0.0.1:8000").rstrip(
    "/"
)  # mail links start here
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ADMIN_PATH = env.str("ADMIN_PATH", default="programme-admin/").strip("/") + "/"

SECRET_KEY = env.str("SECRET_KEY", default="") or ("" if PRODUCTION else generated_key(VAR))
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if PRODUCTION:
    refuse_unsafe_production(
        debug=DEBUG,
        trial=TRIAL,
        allowed_hosts=ALLOWED_HOSTS,
        key=SECRET_KEY,
        fallback_keys=SECRET_KEY_FALLBACKS,
        site_url=SITE_URL,
    )

# --- Who runs this server (shown on "Who can see what") ------------------------------------------------------------
OPERATOR_NAME = env.str("OPERATOR_NAME", default="whoever started it on this machine")
OPERATOR_SECTOR = env.str("OPERATOR_SECTOR", default="")
CONTROLLER_NAME = env.str("CONTROLLER_NAME", default="")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")
BACKUP_DAYS = env.int("BACKUP_DAYS", default=14)  # the promise beside every box names it

# --- Applications --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "partnering",
    "reflection",
    "partnerships",
    "allauth",
    "allauth.account",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "bootstrap",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "heroicons",
    "import_export",
    "simple_history",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "partnering.middleware.page_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "partnering.middleware.stay_signed_in",
    "partnering.middleware.ask_again",
    "partnering.middleware.local_time",
]

ROOT_URLCONF = "partnering.urls"
WSGI_APPLICATION = "partnering.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "partnering.context.page",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Database ------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'partnering.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock when a transaction begins, so two writers queue instead of failing halfway (C8).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# To open a database for every request would cost a fifth of a short one, on SQLite too.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", default=None)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache, Celery -------------------------------------------------------------------------------------------------
# Rate limits live in the cache, so every process must see the same one: Redis, or files beside the database.
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    }

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "broker" / "queue"),
        "data_folder_out": str(VAR / "broker" / "queue"),  # the same folder: what is sent is what is received
        "control_folder": str(VAR / "broker" / "control"),
    }
CELERY_TIMEZONE = "UTC"  # beat must not skip or repeat an hour when the clocks change
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a lost tick is harmless, a doubled mail is not: the next tick reads the ledger again
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "send-dispatches": {
        "task": "partnerships.tasks.task_send_dispatches",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "keep-time": {"task": "reflection.tasks.task_keep_time", "schedule": 60.0, "options": {"expires": 55}},
    # What is due is written down by either; any number of beats beside each other plan it once.
    "plan-mail-of-partnerships": {
        "task": "partnerships.tasks.task_plan_mail",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "plan-mail-of-reflection": {
        "task": "reflection.tasks.task_plan_mail",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "expire-invitations": {"task": "partnerships.tasks.task_expire_invitations", "schedule": 3600.0},
    "end-due-memberships": {"task": "partnerships.tasks.task_end_due_memberships", "schedule": 3600.0},
    "forget-bounces": {"task": "partnerships.tasks.task_forget_bounces", "schedule": 24 * 3600.0},
    "forget-idempotency-keys": {"task": "partnerships.tasks.task_forget_idempotency_keys", "schedule": 3600.0},
}

# --- Mail ----------------------------------------------------------------------------------------------------------
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
    EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=15)  # seconds that we wait for the mail server
else:
    EMAIL_BACKEND = "partnering.mail.EmlBackend"
MAIL_FOLDER = VAR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Partnering <partnering@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
REPLY_TO = env.str("REPLY_TO", default="")  # where a reply to our mail goes; nothing set: to DEFAULT_FROM_EMAIL
MAIL_MOST_A_WEEK = env.int("MAIL_MOST_A_WEEK", default=2)  # mails one can switch off, over all partnerships of a person
DKIM_SELECTOR = env.str("DKIM_SELECTOR", default="")  # the mail service's name for the key it signs our mail with
BOUNCE_SECRET = env.str(
    "BOUNCE_SECRET", default=""
)  # the mail service signs its reports with it; without, none are taken
# Mail that can wait comes on working days between these local hours (partnerships/domain/working_time.py).
MAIL_FROM_HOUR = env.int("MAIL_FROM_HOUR", default=8)
MAIL_UNTIL_HOUR = env.int("MAIL_UNTIL_HOUR", default=18)

# --- People and signing in -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "partnerships.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_request_login_code"

ACCOUNT_ADAPTER = "partnerships.accounts.AccountAdapter"  # closes sign-up to all but the invited
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "partnerships.accounts.display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = [
    "email*",
    "password1",
]  # sign-up is closed; without the second, nobody could sign in with a password
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # without it, "no such address" would show through
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners fetch every link
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = ACCOUNT_LOGIN_BY_CODE_FORMAT
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
# Forty people in one room share one office address, and some of them ask twice within the minute.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "120/m/ip,5/m/key",
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/300s/key",
    "signup": "120/m/ip",
    "reset_password": "60/m/ip,5/m/key",
    # Wrong codes to join a session with; right ones are not counted. reflection/views/guests.py says what each limit does.
    "guest_code": "10/300s/ip",
    "guest_codes": "60/300s/ip",
}
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# --- Sessions and cookies ------------------------------------------------------------------------------------------
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60  # seconds without a visit; stay_signed_in starts the month again once a day
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrftoken" if PRODUCTION else "csrftoken"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "partnering.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no words in cookies
REAUTHENTICATE_HOURS = 12  # the admin and exports ask again after so many hours

# --- Headers -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its own marks as data: pictures
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # probes come from inside, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

# --- What a form may send ------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# --- Language and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# --- Static files --------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
_HASHED = PRODUCTION or TRIAL  # elsewhere (tests, a bare manage.py) nothing has been collected yet
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "partnering.staticfiles.JoinedStaticFilesStorage"
        if _HASHED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = (
    WHITENOISE_AUTOREFRESH
) = not _HASHED  # look when asked, instead of listing every file at each start

# --- Logs: when, what, where; never who ----------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_personal_data": {"()": "partnering.logs.NoPersonalData"}},
    "formatters": {
        "line": {"()": "partnering.logs.UtcFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_personal_data"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING" if TRIAL else "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},  # drop the default handlers: one way out
        "django.server": {"handlers": [], "level": "NOTSET", "propagate": True},
    },
}
