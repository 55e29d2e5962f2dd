"""The WSGI application that the web server runs."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
application: Any = get_wsgi_application()
if settings.TRUSTED_PROXIES:
    application = wrap_wsgi_with_proxy_headers(application, settings.TRUSTED_PROXIES)

from marketingconnect.config.warm_up import warm_up  # noqa: E402  needs the settings above

warm_up()
