from django.urls import URLPattern, path

from marketingconnect.web.back_office.encryption import views

urlpatterns: list[URLPattern] = [path("", views.encryption, name="encryption")]
