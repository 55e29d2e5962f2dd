from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.moderation import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.queue, name="moderation"),
    path("<int:request_id>/", views.item, name="moderation_item"),
    path("<int:request_id>/apercu/", views.preview, name="moderation_preview"),
]
