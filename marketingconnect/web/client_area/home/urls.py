from django.urls import URLPattern, path

from marketingconnect.web.client_area.campaigns.views import lists
from marketingconnect.web.client_area.home import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("resultats/", lists.results, name="results"),
]
