from django.urls import URLPattern, path

from marketingconnect.web.client_area.guarantees import views

urlpatterns: list[URLPattern] = [
    path("", views.guarantees, name="guarantees"),
    path("lignes/<int:order_line_id>/", views.line, name="guarantee_line"),
    path("lignes/<int:order_line_id>/reclamer", views.open_one, name="guarantee_open"),
    path("<str:guarantee_reference>/", views.claim, name="guarantee"),
]
