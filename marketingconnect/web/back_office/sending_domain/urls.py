from django.urls import URLPattern, path

from marketingconnect.web.back_office.sending_domain import views

urlpatterns: list[URLPattern] = [
    path("", views.sending_domain, name="sending_domain"),
    path("verifier", views.check, name="sending_domain_check"),
    path("cles/nouvelle", views.new_key, name="sending_key_new"),
    path("cles/<int:key_id>/<slug:verb>", views.act, name="sending_key_act"),
]
