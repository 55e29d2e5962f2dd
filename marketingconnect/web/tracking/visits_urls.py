"""Short addresses of clicks and openings, at the root of the site or of the service apart."""

from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.tracking import visits

app_name = "visits"
urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<str:token>/<int:number>", visits.click, name="click"),
    path("o/<str:token>.gif", visits.opening, name="opening"),
]
