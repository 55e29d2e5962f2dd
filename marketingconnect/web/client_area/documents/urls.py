from django.urls import URLPattern, path

from marketingconnect.web.client_area.documents import views

urlpatterns: list[URLPattern] = [
    path("documents/", views.documents, name="documents"),
    path("documents/probleme", views.incident, name="signature_incident"),
]
