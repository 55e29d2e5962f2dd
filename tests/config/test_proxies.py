"""A visitor's address is taken from a proxy only when that proxy is trusted."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
from marketingconnect.config.wsgi import application
from django.http import HttpResponse
from marketingconnect.web.shop.pages import views
seen = []
from django.core.handlers.wsgi import WSGIRequest
real = WSGIRequest.__init__
def note(self, environ):
    seen.append(environ["REMOTE_ADDR"])
    real(self, environ)
WSGIRequest.__init__ = note
environ = {
    "REQUEST_METHOD": "GET", "PATH_INFO": "/nulle-part/", "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": __import__("io").BytesIO(),
    "REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7",
}
list(application(environ, lambda status, headers: None))
print(seen[0])
"""


@pytest.mark.parametrize(
    ("trusted", "address"), [("10.0.0.0/8", "203.0.113.7"), ("", "10.0.0.1")], ids=["yes", "no"]
)
def test_the_word_of_a_proxy_is_taken_when_it_is_trusted(trusted: str, address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "marketingconnect.config.settings",
            "MARKETINGCONNECT_TRUSTED_PROXIES": trusted,
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split()[-1:] == [address], done.stderr
