from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.style import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.style, name="style"),
    path("progression", views.progress_fragment, name="style_progress"),
]
