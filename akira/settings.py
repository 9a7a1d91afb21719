"""All settings of Akira; what differs between installations is read from the environment."""

import datetime
import re
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from akira import secret_key

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
AKIRA_HOME = Path(env.str("AKIRA_HOME", default=str(BASE_DIR / "var"))).expanduser().absolute()


def _switch(name: str) -> bool:
    """A setting that is on (1) or off (0, or not set); django-environ would take anything else for off."""
    value = env.str(name, default="0")
    if value not in ("", "0", "1"):
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value == "1"


DEBUG = _switch("AKIRA_DEBUG")
SECRET_KEY = env.str("AKIRA_SECRET_KEY", default="") or secret_key.read_or_create(AKIRA_HOME)
SECRET_KEY_FALLBACKS = env.list("AKIRA_SECRET_KEY_FALLBACKS", default=[])

# Where readers find us. Links in feeds and mails start with it; cookies, redirects and HSTS follow its scheme.
AKIRA_BASE_URL = env.str("AKIRA_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
_base = urlsplit(AKIRA_BASE_URL)
if _base.scheme not in ("http", "https") or not _base.hostname or _base.path or _base.query or _base.username:
    raise ImproperlyConfigured(
        f"AKIRA_BASE_URL must be a scheme and a host, such as https://news.example.org, not {AKIRA_BASE_URL!r}."
    )
IS_HTTPS = _base.scheme == "https"
# How many proxies stand before us, each of which adds to X-Forwarded-For; with https there is one at least.
AKIRA_PROXIES = env.int("AKIRA_PROXIES", default=1 if IS_HTTPS else 0)

# --- What we ask of others ------------------------------------------------------------------------------------------

# Whoever is asked learns who asks, and how to reach us.
AKIRA_CONTACT = env.str("AKIRA_CONTACT", default="")
# Who is told of weaknesses, as /.well-known/security.txt says it.
AKIRA_SECURITY_CONTACT = [
    contact if ":" in contact else f"mailto:{contact}" for contact in env.list("AKIRA_SECURITY_CONTACT", default=[])
]
if not all(re.fullmatch(r"(mailto:[^\s@]+@|https://)[^\s@]+", contact) for contact in AKIRA_SECURITY_CONTACT):
    raise ImproperlyConfigured("AKIRA_SECURITY_CONTACT must be addresses such as security@example.org or https://….")
AKIRA_USER_AGENT = f"Akira/1 (+{AKIRA_BASE_URL}{f'; mailto:{AKIRA_CONTACT}' if AKIRA_CONTACT else ''})"
# Private addresses that may be asked all the same, as host:port.
AKIRA_FETCH_ALLOW = env.list("AKIRA_FETCH_ALLOW", default=[])
AKIRA_ARXIV_URL = env.str("AKIRA_ARXIV_URL", default="https://export.arxiv.org/api/query")
# https://info.arxiv.org/help/api/tou.html asks for three seconds between requests.
AKIRA_ARXIV_SPACING = env.float("AKIRA_ARXIV_SPACING", default=3.0)
AKIRA_CROSSREF_URL = env.str("AKIRA_CROSSREF_URL", default="https://api.crossref.org")

# --- Mail ----------------------------------------------------------------------------------------------------------

_MAIL_PORTS = {"smtp": 25, "smtps": 587, "smtp+tls": 587, "smtp+ssl": 465}


def _mail() -> dict:
    """How mail leaves: as EMAIL_URL says; without it on the terminal while debugging, else not at all."""
    given = env.str("EMAIL_URL", default="")
    if not given:
        return {"EMAIL_BACKEND": f"django.core.mail.backends.{'console' if DEBUG else 'dummy'}.EmailBackend"}
    try:
        found = env.email_url("EMAIL_URL")
        scheme = urlsplit(given).scheme
    except (ImproperlyConfigured, ValueError):
        found, scheme = {}, ""
    if scheme in _MAIL_PORTS and found["EMAIL_HOST"]:
        found["EMAIL_PORT"] = found["EMAIL_PORT"] or _MAIL_PORTS[scheme]
    elif scheme not in ("consolemail", "filemail"):
        # The address is not repeated, since a password may stand in it.
        raise ImproperlyConfigured(
            "EMAIL_URL must be such as smtp+tls://user:password@mail.example.org:587 or smtp+ssl://…:465; write what "
            "is not a letter or digit in user name and password as %XX."
        )
    return {name: value for name, value in found.items() if name.startswith("EMAIL_") and value is not None}


AKIRA_MAIL = DEBUG or bool(env.str("EMAIL_URL", default=""))
globals().update(_mail())
EMAIL_TIMEOUT = 20
# Where the publication names no sender.
DEFAULT_FROM_EMAIL = env.str("AKIRA_MAIL_FROM", default=f"akira@{_base.hostname}")

# --- Names and hosts ------------------------------------------------------------------------------------------------

LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]
_base_host = f"[{_base.hostname}]" if ":" in _base.hostname else _base.hostname
ALLOWED_HOSTS = env.list("AKIRA_ALLOWED_HOSTS", default=list(dict.fromkeys([*LOOPBACK_NAMES, _base_host])))
CSRF_TRUSTED_ORIGINS = [AKIRA_BASE_URL]

# --- Applications --------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "akira",
    "exchange",
    "inbox",
    "issues",
    "papers",
    "taggit",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TAGGIT_CASE_INSENSITIVE = True

# Everything that knows who is asking acts under the desk's prefix alone: a public page is the same for everybody.
DESK_PREFIX = "/admin/"
MIDDLEWARE = [
    "akira.page_store.middleware.PageStoreMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "akira.middleware.HeadMiddleware",
    "akira.middleware.OutageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "akira.middleware.HeadersMiddleware",
    "akira.middleware.ContentSecurityPolicyMiddleware",
    "akira.middleware.PublicGZipMiddleware",
    "akira.middleware.PublicConditionalGetMiddleware",
    "akira.middleware.DeskSessionMiddleware",
    "akira.middleware.DeskLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # It sets a cookie where a page shows a token; no public page does.
    "django.middleware.csrf.CsrfViewMiddleware",
    "akira.middleware.DeskAuthenticationMiddleware",
    "akira.middleware.DeskActingMiddleware",
    "akira.middleware.DeskMessageMiddleware",
    # Both do nothing on public pages, and are looked for under these very names.
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "akira.accounts.middleware.SessionLifetimeMiddleware",
    "akira.accounts.middleware.RequireSecondFactorMiddleware",
]
ROOT_URLCONF = "akira.urls"
WSGI_APPLICATION = "akira.wsgi.application"

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
            ],
        },
    },
]

# --- Database ------------------------------------------------------------------------------------------------------


def _database() -> dict:
    """The database that DATABASE_URL names, else the embedded cluster of AKIRA_HOME."""
    if not env.str("DATABASE_URL", default=""):
        return {"ENGINE": "common.postgres_backend", "NAME": "akira", "CLUSTER": AKIRA_HOME / "postgres"}
    named = env.db_url("DATABASE_URL")
    if named["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database: postgres://user:password@host/name.")
    return named


# A thread keeps its connection for a minute, and looks first whether the server is still there.
DATABASES = {"default": {**_database(), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}

# --- Background work and cache --------------------------------------------------------------------------------------


def _at_least_one(name: str, default: int, *, least: int = 1) -> int:
    given = env.str(name, default=str(default))
    if not given.isdecimal() or int(given) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} on, not {given!r}.")
    return int(given)


def _redis_url(name: str) -> str:
    """The address of a Redis, or nothing. Its password is not repeated, whatever is wrong with it."""
    given = env.str(name, default="")
    try:
        parts = urlsplit(given)
        is_usable = parts.scheme in ("redis", "rediss") and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if given and not is_usable:
        raise ImproperlyConfigured(
            f"{name} must be such as redis://:password@host:6379/1; write what is not a letter or digit in the "
            "password as %XX."
        )
    return given


# For so many seconds a row belongs to who took it: longer than anything takes, or it is done twice at once.
AKIRA_LEASE = _at_least_one("AKIRA_LEASE", default=150)
AKIRA_WORKER_THREADS = _at_least_one("AKIRA_WORKER_THREADS", default=4)

# A Redis that does not answer must not hold us up for ever.
_REDIS_TIMEOUTS = {"socket_connect_timeout": 5, "socket_timeout": 20}

# Tasks wait in our own database, or in the Redis that is named here.
AKIRA_QUEUE_URL = _redis_url("AKIRA_QUEUE_URL")
if AKIRA_QUEUE_URL:
    TASKS = {"default": {"BACKEND": "akira.background.redis_queue.RedisBackend"}}
    RQ_QUEUES = {
        "default": {
            "URL": f"{AKIRA_QUEUE_URL}{'&' if urlsplit(AKIRA_QUEUE_URL).query else '?'}{urlencode(_REDIS_TIMEOUTS)}",
            "DEFAULT_TIMEOUT": AKIRA_LEASE,
            # With pickles, who can write to Redis could have any code run.
            "SERIALIZER": "rq.serializers.JSONSerializer",
        }
    }
else:
    TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
if env.str("CACHE_URL", default="").startswith("redis"):
    _redis_url("CACHE_URL")
    CACHES["default"]["BACKEND"] = "akira.cache.RedisCache"
    CACHES["default"]["OPTIONS"] = _REDIS_TIMEOUTS | CACHES["default"].get("OPTIONS", {})

# Finished pages: how many MiB of them each process keeps (0: none), and whether they are shared in Redis.
AKIRA_PAGE_STORE = _at_least_one("AKIRA_PAGE_STORE", default=64, least=0)
AKIRA_SHARES_PAGES = env.str("CACHE_URL", default="").startswith("redis")
# Readers get nothing that is older, in seconds; as often a process asks whether anything has changed.
AKIRA_STAMP_AGE = 1.0

# --- Languages and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ---------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = AKIRA_HOME / "static"
MEDIA_URL = "/uploads/"
MEDIA_ROOT = AKIRA_HOME / "uploads"
# On its way in a file lies in memory, so that a full disk can still be told of.
FILE_UPLOAD_HANDLERS = ["common.uploading.BoundedUploadHandler"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# What browsers ask for at the root, whatever a page says: icons.
WHITENOISE_ROOT = BASE_DIR / "akira" / "root"
# Nothing asks for a static file by its plain name, and compressing each of them twice takes time.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Where fonts for the pictures of pages are looked for; where it is empty, in the usual folders of the system.
AKIRA_FONTS = env.list("AKIRA_FONTS", default=[])

# --- Safety --------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        # No script runs that could ask for anything; those who judge a page ask for /robots.txt from within it.
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# What the desk may do beyond a public page: Django's own scripts, its autocomplete, a preview in a frame.
DESK_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF],
    "img-src": [SELF, "data:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
# "no-referrer" would make browsers send "Origin: null", by which public forms could not be told from foreign ones.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = IS_HTTPS
# Load balancers ask for our health over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 63_072_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
# With https a proxy stands before us; it says in this header how the reader came.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None

# Cookies belong to the desk alone. Browsers share them between the ports of a host, so that two copies
# side by side on one machine would log each other out if the names did not differ.
_cookie_prefix = f"akira_{_base.port}" if _base.port else "akira"
SESSION_COOKIE_NAME = f"{_cookie_prefix}_session"
SESSION_COOKIE_PATH = DESK_PREFIX
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = f"{_cookie_prefix}_csrf"
CSRF_COOKIE_PATH = DESK_PREFIX
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = f"{_cookie_prefix}_language"
LANGUAGE_COOKIE_PATH = DESK_PREFIX
LANGUAGE_COOKIE_SECURE = IS_HTTPS

# --- Logging in ----------------------------------------------------------------------------------------------------

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "admin:login"
AUTHENTICATION_BACKENDS = ["akira.accounts.backends.DeskBackend"]
# The first hashes; what the others hashed is hashed anew when its owner logs in.
PASSWORD_HASHERS = [
    "akira.accounts.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 4 * 3600

# A session ends so long after its last use, and after so long in any case, in seconds.
SESSION_COOKIE_AGE = 3600 * _at_least_one("AKIRA_SESSION_IDLE", default=7 * 24)
AKIRA_SESSION_LONGEST = 3600 * _at_least_one("AKIRA_SESSION_LONGEST", default=30 * 24)
AKIRA_DEVICE_COOKIE_NAME = f"{_cookie_prefix}_browser"

# Ten wrong passwords, and further ones are refused for so long; see akira/accounts/tries.py.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = datetime.timedelta(minutes=_at_least_one("AKIRA_LOGIN_LOCK", default=30))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "akira.accounts.handler.Handler"
AXES_CLIENT_IP_CALLABLE = "akira.accounts.tries.network_of"
AXES_LOCKOUT_CALLABLE = "akira.accounts.locking.answer"
# Else everybody could keep a lock closed for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = AXES_ENABLE_ADMIN = False

ACCOUNT_ADAPTER = "akira.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_FORMS = {"user_token": "akira.accounts.forms.LinkForm"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
# So many seconds after a login, or another proof, it is asked for once more before an account is changed.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# These count in the memory of each process; ours count in the database.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False

AKIRA_REQUIRE_SECOND_FACTOR = _switch("AKIRA_REQUIRE_SECOND_FACTOR")
MFA_ADAPTER = "akira.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Addresses are given by those who look after accounts; there is no sign-up.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Clocks of phones may go wrong by half a minute.
MFA_TOTP_TOLERANCE = 1
# Without https browsers have passkeys on localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Logs ----------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "akira.logs.Formatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers would write each line twice or mail it.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # Scanners ask under made-up host names all day; nobody has to act on it.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # A further try at an address is no news; what comes of it is.
        "stamina": {"level": "ERROR"},
        # They tell of each step of each task.
        "rq.worker": {"level": "WARNING"},
        "rq.job": {"level": "WARNING"},
        **{app: {"level": "INFO"} for app in ("akira", "exchange", "inbox", "issues", "papers", "common")},
    },
}
