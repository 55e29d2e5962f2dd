from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.moderation import samples, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.queue, name="moderation"),
    path("exemplaires/<int:sample_id>/", samples.sample, name="moderation_sample"),
    path("exemplaires/<int:sample_id>/fichier", samples.file, name="moderation_sample_file"),
    path("<int:request_id>/", views.item, name="moderation_item"),
    path("<int:request_id>/apercu/", views.preview, name="moderation_preview"),
]
