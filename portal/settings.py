"""Settings come from the environment; docs/settings.md lists each one, and a test holds the two together."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# ---------------------------------------------------------------- the place
DATA_DIR = Path(env.str("JIAMENKOU_DATA", default=str(BASE_DIR / ".data"))).resolve()
# Where no database is named, the servers that `manage.py up` started, so that every other command finds the same ones.
_up = DATA_DIR / "up.env"
if "DATABASE_URL" not in os.environ and os.access(_up, os.R_OK):
    env.ENVIRON = dict(line.split("=", 1) for line in _up.read_text().split()) | dict(os.environ)
DEBUG = env.bool("DEBUG", default=False)
# The demo: codes shown on the page, named demo people, and it refuses a database that is not its own.
DEMO = env.bool("DEMO", default=False)
# Code of the community whose pages a visitor sees before choosing one; empty: the first of the tree.
DEFAULT_COMMUNITY = env.str("DEFAULT_COMMUNITY", default="")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    # Made by `manage.py up` on first start and kept in the data folder; production sets its own.
    _key_file = DATA_DIR / "secret_key"
    SECRET_KEY = _key_file.read_text().strip() if os.access(_key_file, os.R_OK) else "insecure-only-for-checks"

# ---------------------------------------------------------------- the house
INSTALLED_APPS = [
    # Only what our own rooms register: other apps would open their tables, people's among them.
    "portal.accounts.site.OfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "treebeard",
    # Leaflet's files among our own static ones; nothing else of it is used.
    "leaflet",
    "pgtrigger",
    "csp",
    # The five storeys, from the ground up.
    "portal",
    "grids",
    "centres",
    "volunteers",
    "petitions",
]

MIDDLEWARE = [
    "portal.ui.middleware.WireMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.ui.middleware.CompressMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.accounts.middleware.IdleMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.ui.middleware.ElderModeMiddleware",
    "portal.accounts.middleware.ReachMiddleware",
    "portal.ui.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "portal.templatetags.jmk",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.ui.context.page",
            ],
        },
    }
]
COTTON_DIR = "cotton"

# ---------------------------------------------------------------- database
# One URL for the application's role, one for the owner's: the first may only INSERT and SELECT on the trail,
# the second migrates. Where only DATABASE_URL is given they are the same, and `manage.py check` says so.
DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")
DATABASES = {"default": env.db_url_config(DATABASE_URL or "postgresql:///jiamenkou")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The role that serves requests; migrations grant it what it may do. Empty: the one in DATABASE_URL.
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", default="")

# ---------------------------------------------------------------- broker and cache
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        # A lost broker slows the portal down; it must not answer with an error page.
        "OPTIONS": {
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
        },
        "KEY_PREFIX": "jmk",
    }
}
DJANGO_REDIS_IGNORE_EXCEPTIONS = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# redis-py says unix:///path, Celery says redis+socket:///path for the same socket.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 0.5,
    # A page that queues a message must not wait for a broker that is gone: without this kombu tries for six seconds.
    "max_retries": 0,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "portal.flow.tasks.sweep",
        "schedule": 15.0,
        "options": {"expires": 60},
    },
    "deliver": {
        "task": "portal.notifications.tasks.deliver",
        "schedule": 10.0,
        "options": {"expires": 60},
    },
    "longwork": {
        "task": "portal.longwork.tasks.run",
        "schedule": 20.0,
        "options": {"expires": 60},
    },
    "retention": {
        "task": "portal.privacy.tasks.keep_to_the_ends",
        "schedule": 900.0,
        "options": {"expires": 600},
    },
    "seal": {
        "task": "portal.audit.tasks.seal",
        "schedule": 300.0,
        "options": {"expires": 600},
    },
}

# ---------------------------------------------------------------- language, time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ---------------------------------------------------------------- files
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "portal.attachments.uploads.Cut",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The virus scanner that photos are shown to before they are opened; empty: none.
CLAMD = env.str("CLAMD", default="")

# ---------------------------------------------------------------- sign-in
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.signin.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
# An account holds no e-mail address: nobody at the counter needs one.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# allauth counts in the cache, and takes a lost cache for a limit that is reached: nobody could sign in. Ours are rows.
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "portal.signin.adapter.MfaAdapter"
MFA_FORMS = {"authenticate": "portal.signin.forms.SecondFactorForm"}
SOCIALACCOUNT_ADAPTER = "portal.signin.adapter.SocialAdapter"
AXES_LOCKOUT_CALLABLE = "portal.signin.lockout.response"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
# allauth finds "Clerk" and "clerk" alike, so tries are counted alike.
AXES_USERNAME_CALLABLE = "portal.signin.lockout.username_of"
AXES_RESET_ON_SUCCESS = True
# Knocking on a locked door must not keep it locked: whoever knows a name could shut its owner out for good.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# W006 fears that a new user agent means new tries; failures are summed over the name, whatever else they came with.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_SENSITIVE_PARAMETERS = ["username", "password", "login", "code", "phone", "ip_address"]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # log-in counts are not held (guardrail 2)
# Sign-in through others, each on where its application is named. Link the account on 我的 first; nobody is made by it.
SIGN_IN_PROVIDERS = {
    "weixin": (env.str("WEIXIN_APP_ID", default=""), env.str("WEIXIN_SECRET", default="")),
    "dingtalk": (env.str("DINGTALK_APP_ID", default=""), env.str("DINGTALK_SECRET", default="")),
}
SIGN_IN_PROVIDERS = {name: app for name, app in SIGN_IN_PROVIDERS.items() if app[0]}
INSTALLED_APPS += [f"allauth.socialaccount.providers.{name}" for name in SIGN_IN_PROVIDERS]
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": client_id, "secret": secret, "key": ""}]}
    for name, (client_id, secret) in SIGN_IN_PROVIDERS.items()
}
SMS_BACKEND = env.str("SMS_BACKEND", default="portal.notifications.channels.ConsoleSms")
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=14 * 24 * 3600)
STAFF_IDLE_SECONDS = env.int("STAFF_IDLE_SECONDS", default=8 * 3600)

# ---------------------------------------------------------------- safety
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("COOKIE_SECURE", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.ui.views.csrf_failure"
PROVIDER_HOSTS = {"weixin": "https://open.weixin.qq.com", "dingtalk": "https://login.dingtalk.com"}
# Tiles under the map: off unless an address is named, and its key where it asks for one. With them every visitor's
# browser asks that host, so the host learns who looks at which streets.
MAP_TILES_URL = env.str("MAP_TILES_URL", default="")
MAP_TILES_KEY = env.str("MAP_TILES_KEY", default="")
MAP_TILES_CREDIT = env.str("MAP_TILES_CREDIT", default="")
if "{key}" in MAP_TILES_URL:
    MAP_TILES_URL = MAP_TILES_URL.replace("{key}", MAP_TILES_KEY) if MAP_TILES_KEY else ""
_tiles = [f"{urlsplit(MAP_TILES_URL).scheme}://{urlsplit(MAP_TILES_URL).netloc}"] if MAP_TILES_URL else []
# The size from which a basic grid should be split.
GRID_MOST_HOUSEHOLDS = env.int("GRID_MOST_HOUSEHOLDS", default=300)
GRID_MOST_PEOPLE = env.int("GRID_MOST_PEOPLE", default=1000)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", *_tiles],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        # Pressing 微信登录 sends a form that is answered with their address.
        "form-action": ["'self'", *(PROVIDER_HOSTS[name] for name in SIGN_IN_PROVIDERS)],
    }
}

# ---------------------------------------------------------------- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First in the list, so that a missing sign-in answers 401, not 403.
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["portal.wire.Answer"],
    "DEFAULT_PARSER_CLASSES": [
        "portal.wire.Json",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "portal.schema.Described",
    "EXCEPTION_HANDLER": "portal.api.problem",
    "DEFAULT_PAGINATION_CLASS": "portal.api.Cursor",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "家门口",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Several rooms call a field `state`: without a name of its own each set would be called by a hash of its words.
    "ENUM_NAME_OVERRIDES": {
        "SpanState": "centres.rooms.enums.SpanState",
        "BookingState": "centres.rooms.enums.BookingState",
        "VisitState": "grids.visits.enums.VisitState",
        "WishState": "petitions.wishes.enums.WishState",
    },
}

# ---------------------------------------------------------------- logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"discreet": {"()": "portal.logs.Discreet"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.server": {"level": "WARNING"}, "axes": {"level": "ERROR"}},
}

# ---------------------------------------------------------------- the trail
# Keys the hashes and seals of the trail. Lives outside the database and its backups.
AUDIT_KEY = env.str("AUDIT_KEY", default="") or SECRET_KEY
# Who may read /metrics.
STAFF_NETWORKS = env.list("STAFF_NETWORKS", default=["127.0.0.0/8", "::1/128"])
