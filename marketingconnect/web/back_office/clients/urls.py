from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.clients import credentials, notices, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.clients, name="clients"),
    path("courriers/", notices.notices, name="notices"),
    path("courriers/<int:notice_id>/", notices.notice, name="notice"),
    path("identifiants/", credentials.late, name="credentials_late"),
    path("<str:reference>/", views.client, name="client"),
    path("<str:reference>/mandats/<int:mandate_id>/", views.mandate, name="client_mandate"),
    path(
        "<str:reference>/utilisateurs/<int:user_id>/identifiants/",
        credentials.change,
        name="client_credentials",
    ),
]
