"""Addresses that recipients of campaigns open: no account, no log-in."""

from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.tracking import origin, pictures, unsubscribe

app_name = "tracking"
urlpatterns: list[URLPattern | URLResolver] = [
    path("d/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
    path("o/<str:token>", origin.origin, name="origin"),
    path("images/<str:public_name>", pictures.picture, name="picture"),
    path("exemple", pictures.example_link, name="example_link"),
]
