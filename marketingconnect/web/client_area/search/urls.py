from django.urls import URLPattern, path

from marketingconnect.web.client_area.search import views

urlpatterns: list[URLPattern] = [path("", views.search, name="search")]
