"""Every setting of the platform, read from the environment once.

`MARKETINGCONNECT_MODE` says what kind of place this is: `production` (nothing has a default
that could be guessed), `demo` (movable clock, sandbox bank, mail catcher) or `test`.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("MARKETINGCONNECT_VAR", ROOT / "var"))
MODE = os.environ.get("MARKETINGCONNECT_MODE", "demo")
if MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("MARKETINGCONNECT_MODE vaut production, demo ou test.")
PRODUCTION = MODE == "production"


def _secret(name: str, *, prefix: str = "") -> str:
    """A secret from the environment; outside production a random one is kept below var/."""
    if value := os.environ.get(f"MARKETINGCONNECT_{name}"):
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"En production, MARKETINGCONNECT_{name} doit être fourni.")
    kept = VAR / "secrets" / name.lower()
    if not kept.exists():
        _keep(kept, prefix + secrets.token_urlsafe(48))
    return kept.read_text()


def _keep(place: Path, value: str) -> None:
    """Write beside, then link: of two processes that start together, both read the same whole."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
        new.write(value)
    with suppress(FileExistsError):
        os.link(draft, place)
    draft.unlink()


SECRET_KEY = _secret("SECRET_KEY")
# Master keys of the opposition lists, `1:secret,2:secret`; the highest version writes, all read.
SUPPRESSION_KEYS: dict[int, str] = {
    int(version): key
    for version, _, key in (
        pair.partition(":") for pair in _secret("SUPPRESSION_KEYS", prefix="1:").split(",")
    )
}
DEBUG = False
BASE_URL = os.environ.get("MARKETINGCONNECT_BASE_URL", "http://127.0.0.1:8000")
_LOCAL_HOSTS = "127.0.0.1,localhost,[::1]" + ("" if PRODUCTION else ",testserver")
# Where links of messages lead (clicks, openings, unsubscriptions): this site, unless the tracking
# service is deployed apart.
TRACKING_URL = os.environ.get("MARKETINGCONNECT_TRACKING_URL", BASE_URL).rstrip("/")
ALLOWED_HOSTS = os.environ.get("MARKETINGCONNECT_ALLOWED_HOSTS", _LOCAL_HOSTS).split(",")
# The proxies whose word is taken for a visitor's address (X-Forwarded-For), networks allowed.
TRUSTED_PROXIES = [
    one.strip()
    for one in os.environ.get("MARKETINGCONNECT_TRUSTED_PROXIES", "").split(",")
    if one.strip()
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "procrastinate.contrib.django",
    "marketingconnect.audit",
    "marketingconnect.clock",
    "marketingconnect.notices",
    "marketingconnect.accounts",
    "marketingconnect.terms",
    "marketingconnect.catalogue",
    "marketingconnect.suppression",
    "marketingconnect.contacts",
    "marketingconnect.base",
    "marketingconnect.targeting",
    "marketingconnect.sending",
    "marketingconnect.messages",
    "marketingconnect.statistics",
    "marketingconnect.offers",
    "marketingconnect.offers.email",
    "marketingconnect.offers.list_rental",
    "marketingconnect.orders",
    "marketingconnect.contracts",
    "marketingconnect.ledger",
    "marketingconnect.invoices",
    "marketingconnect.signature",
    "marketingconnect.statements",
    "marketingconnect.payments",
    "marketingconnect.cart",
    "marketingconnect.proposals",
    "marketingconnect.claims",
    "marketingconnect.web",
    "marketingconnect.config",
    "marketingconnect.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "marketingconnect.web.middleware.RequestLimits",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "marketingconnect.config.urls"
WSGI_APPLICATION = "marketingconnect.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            ROOT / "marketingconnect" / "web" / audience / "templates"
            for audience in ("shop", "client_area", "back_office", "tracking")
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketingconnect.web.context.page",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgres://127.0.0.1:1/none"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "client_area:home"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "errors/429.html"
AXES_VERBOSE = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
# Sealed previews alone are framed, and say so themselves.
X_FRAME_OPTIONS = "DENY"
# Whether subdomains keep to HTTPS (and are preloaded) is for who holds the domain to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Where browsers listen to live sessions; without it, their pages ask again by themselves.
LIVE_URL = os.environ.get("MARKETINGCONNECT_LIVE_URL", "").rstrip("/")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "connect-src": ["'self'", *([LIVE_URL] if LIVE_URL.startswith("http") else [])],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "marketingconnect" / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION

# Files of clients and documents: one directory, or any storage behind the same interface.
FILES_ROOT = Path(os.environ.get("MARKETINGCONNECT_FILES", VAR / "files"))
# The operator's size sets the day from which it must send its invoices through an approved
# platform: `large` (grande entreprise, ETI) or `small` (PME, microentreprise).
COMPANY_SIZE = os.environ.get("MARKETINGCONNECT_COMPANY_SIZE", "small")
if COMPANY_SIZE not in {"large", "small"}:
    raise ImproperlyConfigured("MARKETINGCONNECT_COMPANY_SIZE vaut large ou small.")
# What would be transmitted is written there, until a platform is bound.
E_INVOICE_FOLDER = Path(os.environ.get("MARKETINGCONNECT_E_INVOICES", VAR / "e-invoices"))
# The operator's base: releases in Parquet with their indexes, private to us.
BASE_ROOT = Path(os.environ.get("MARKETINGCONNECT_BASE", VAR / "base"))
# What building a release may use; past it, DuckDB works on the disk of the base.
BASE_MEMORY = os.environ.get("MARKETINGCONNECT_BASE_MEMORY", "1GB")
BASE_THREADS = int(os.environ.get("MARKETINGCONNECT_BASE_THREADS", "2"))
# Releases kept a population, the published one included; one still in use is kept besides.
BASE_RELEASES_KEPT = int(os.environ.get("MARKETINGCONNECT_BASE_RELEASES_KEPT", "3"))
# Staff are told so many days before a stock of the register is too old (CGV CL.5).
SIRENE_ALERT_DAYS_BEFORE = int(os.environ.get("MARKETINGCONNECT_SIRENE_ALERT_DAYS", "5"))
# Clients are reminded of a proposal so many days before its last one (CGV Def).
PROPOSAL_REMINDER_DAYS_BEFORE = int(os.environ.get("MARKETINGCONNECT_PROPOSAL_REMINDER_DAYS", "3"))
# Where the counting process listens; without it each process counts by itself.
COUNTER_SOCKET = os.environ.get("MARKETINGCONNECT_COUNTER_SOCKET", "")
COUNTER_PROCESSES = int(os.environ.get("MARKETINGCONNECT_COUNTER_PROCESSES", os.cpu_count() or 1))
# Someone delivered so many times in so many days is asked too often, for who leaves them out.
OVER_SOLICITED_TIMES = 3
OVER_SOLICITED_DAYS = 30
# A base that one machine cannot count: every server of a ClickHouse cluster, shards apart from
# `;` and copies of one from `,`; what the servers call the cluster; the database to write in.
CLICKHOUSE_URLS = os.environ.get("MARKETINGCONNECT_CLICKHOUSE_URLS", "")
CLICKHOUSE_CLUSTER = os.environ.get("MARKETINGCONNECT_CLICKHOUSE_CLUSTER", "marketingconnect")
CLICKHOUSE_DATABASE = os.environ.get("MARKETINGCONNECT_CLICKHOUSE_DATABASE", "marketingconnect")
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
CONTACT_FILE_MAX_BYTES = 512 * 1024 * 1024
# Days a client's file is kept after its import, unless a campaign still uses it (CGV B.5).
CONTACT_FILE_KEPT_DAYS = 90
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = None

# The way out for mail: campaigns and notices.
SMTP_URL = os.environ.get("MARKETINGCONNECT_SMTP_URL", "smtp://127.0.0.1:2525")
NOTICES_FROM = os.environ.get(
    "MARKETINGCONNECT_NOTICES_FROM", "Atelier Postal <service.client@atelier-postal.example.org>"
)
SENDING_DOMAIN = os.environ.get(
    "MARKETINGCONNECT_SENDING_DOMAIN", "envois.atelier-postal.example.org"
)
# The server that sends for this domain and takes its returns: in its SPF and MX records.
MAIL_HOST = os.environ.get("MARKETINGCONNECT_MAIL_HOST", f"mail.{SENDING_DOMAIN}")
# Whom to ask about domain names: none, system, zone:FILE, or a server as ADDRESS[:PORT].
DNS = os.environ.get("MARKETINGCONNECT_DNS", "none")
# A mailbox where mails come back too, `imaps://user:password@host/INBOX`; empty without one.
RETURNS_MAILBOX = os.environ.get("MARKETINGCONNECT_RETURNS_MAILBOX", "")
# What sending providers prove their callbacks with; empty, nobody is heard.
RETURNS_SECRET = os.environ.get("MARKETINGCONNECT_RETURNS_SECRET", "")
# The key by which Mailgun signs its callbacks, and the SNS topics heard, separated by spaces.
RETURNS_MAILGUN_KEY = os.environ.get("MARKETINGCONNECT_RETURNS_MAILGUN_KEY", "")
RETURNS_SNS_TOPICS = os.environ.get("MARKETINGCONNECT_RETURNS_SNS_TOPICS", "").split()
SENDER_SPOOL = VAR / "sender"
# What the tracking service answered while the database was away.
TRACKING_SPOOL = VAR / "tracking"
# Whether a click is answered only once it is committed: without, a crash loses the last
# milliseconds of clicks. Unsubscriptions always wait.
TRACKING_WAITS = os.environ.get("MARKETINGCONNECT_TRACKING_WAITS", "oui") != "non"
# How mail leaves: to the relay of SMTP_URL, or direct to the servers of each destination.
SENDER_WAY = os.environ.get("MARKETINGCONNECT_SENDER_WAY", "relay")
if SENDER_WAY not in {"relay", "direct"}:
    raise ImproperlyConfigured("MARKETINGCONNECT_SENDER_WAY vaut relay ou direct.")
if SENDER_WAY == "direct" and DNS == "none":
    raise ImproperlyConfigured("L’envoi direct demande MARKETINGCONNECT_DNS (system, par exemple).")
# Where the policies of destinations are read (MTA-STS, RFC 8461), for the direct way: https as
# they are published, folder:DIR for a file DOMAIN.txt each, or none to keep to none.
MTA_STS = os.environ.get(
    "MARKETINGCONNECT_MTA_STS", "https" if PRODUCTION else f"folder:{VAR / 'mta-sts'}"
)
# A PEM file of the authorities that prove servers of mail and of policies, instead of the system's.
TLS_ROOTS = os.environ.get("MARKETINGCONNECT_TLS_ROOTS", "")
# The pace of each destination; empty for the file that comes with the platform.
DESTINATIONS = os.environ.get("MARKETINGCONNECT_DESTINATIONS", "")
SENDER_PORT = int(os.environ.get("MARKETINGCONNECT_SENDER_PORT", "25"))
# Hours after which what a destination will not take yet is not delivered.
SENDER_GIVE_UP_HOURS = int(os.environ.get("MARKETINGCONNECT_GIVE_UP_HOURS", "48"))
# Hours out of sight after which a campaign leaves only once a person says so; 0 never asks, and is
# right only where the clock is moved by hand.
SENDER_STALE_HOURS = int(
    os.environ.get("MARKETINGCONNECT_STALE_HOURS", "0" if MODE in {"demo", "test"} else "12")
)
SENDER_CONNECTIONS = int(os.environ.get("MARKETINGCONNECT_SENDER_CONNECTIONS", "20"))
# Seconds after each temporary refusal of a recipient; after the last, it is not delivered.
SENDER_RETRY_DELAYS = [
    int(seconds)
    for seconds in os.environ.get("MARKETINGCONNECT_RETRY_DELAYS", "60,600,3600,14400").split(",")
]

# Short messages: `local` writes them below var/ and sends nothing, `none` refuses to send.
TEXT_GATEWAY = os.environ.get("MARKETINGCONNECT_TEXT_GATEWAY", "none" if PRODUCTION else "local")
TEXTS_DIR = VAR / "texts"

# Electronic signature: the folder of the authority's keys and what opens it. In production,
# `marketingconnect make_authority` makes it once; elsewhere it is made at first use.
AUTHORITY_DIR = Path(os.environ.get("MARKETINGCONNECT_AUTHORITY", VAR / "authority"))
AUTHORITY_NAME = os.environ.get("MARKETINGCONNECT_AUTHORITY_NAME", "Atelier Postal")
AUTHORITY_PASSPHRASE = os.environ.get("MARKETINGCONNECT_AUTHORITY_PASSPHRASE", "")
if not AUTHORITY_PASSPHRASE and not PRODUCTION:
    AUTHORITY_PASSPHRASE = _secret("AUTHORITY_PASSPHRASE")
# An outside timestamp authority (RFC 3161), and the folder of its certificates and lists.
TIMESTAMP_URL = os.environ.get("MARKETINGCONNECT_TIMESTAMP_URL", "")
TIMESTAMP_TRUST = Path(os.environ.get("MARKETINGCONNECT_TIMESTAMP_TRUST", VAR / "timestamps"))

# Card payments: `sandbox` (our own test bank) or `stripe`.
CARD_GATEWAY = os.environ.get("MARKETINGCONNECT_CARD_GATEWAY", "sandbox")
BANK_URL = os.environ.get("MARKETINGCONNECT_BANK_URL", "http://127.0.0.1:8100")
BANK_SECRET = os.environ.get("MARKETINGCONNECT_BANK_SECRET", "")
STRIPE_API_BASE = os.environ.get("MARKETINGCONNECT_STRIPE_API_BASE", "")
STRIPE_SECRET_KEY = os.environ.get("MARKETINGCONNECT_STRIPE_SECRET_KEY", "")
STRIPE_PUBLISHABLE_KEY = os.environ.get("MARKETINGCONNECT_STRIPE_PUBLISHABLE_KEY", "")
# The SEPA creditor identifier (ICS) that the bank gave; outside production, a made-up one.
SEPA_CREDITOR_IDENTIFIER = os.environ.get(
    "MARKETINGCONNECT_SEPA_CREDITOR_IDENTIFIER", "" if PRODUCTION else "FR72ZZZ123456"
)
STRIPE_WEBHOOK_SECRET = os.environ.get("MARKETINGCONNECT_STRIPE_WEBHOOK_SECRET", "")

if PRODUCTION:
    # The sandbox bank takes orders for paid with no money; an unsigned callback would too.
    if CARD_GATEWAY != "stripe":
        raise ImproperlyConfigured("En production, MARKETINGCONNECT_CARD_GATEWAY vaut stripe.")
    for _name in ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"):
        _secret(_name)

# Demo tools.
CLOCK_MOVABLE = MODE in {"demo", "test"}
CATCHER_DIR = Path(os.environ.get("MARKETINGCONNECT_CATCHER_DIR", VAR / "catcher"))

PROCRASTINATE_ON_APP_READY = None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # The information lines of axes hold addresses of pages, secret links included.
    "loggers": {"procrastinate": {"level": "WARNING"}, "axes": {"level": "WARNING"}},
}
