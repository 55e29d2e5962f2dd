from django.urls import URLPattern, path

from marketingconnect.web.back_office.sendings import views

urlpatterns: list[URLPattern] = [
    path("", views.sendings, name="sendings"),
    path("<int:campaign_id>/", views.sending, name="sending"),
    path("<int:campaign_id>/<slug:verb>", views.act, name="sending_act"),
    path("<int:campaign_id>/doutes/<int:position>", views.decide, name="sending_doubt"),
]
