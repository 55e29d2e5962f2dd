"""The WSGI application that the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
application = get_wsgi_application()

from marketingconnect.config.warm_up import warm_up  # noqa: E402  needs the settings above

warm_up()
