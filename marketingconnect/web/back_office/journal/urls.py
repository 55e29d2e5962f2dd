from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.journal import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.journal, name="journal"),
    path("export.csv", views.export, name="journal_export"),
]
