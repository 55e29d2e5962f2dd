from django.urls import URLPattern, path

from marketingconnect.web.back_office.targets import screens, views

urlpatterns: list[URLPattern] = [
    path("", views.sessions, name="targets"),
    path("lieux", screens.places, name="target_places"),
    path("activites", screens.activities, name="target_activities"),
    path("client/<str:reference>/", views.of_client, name="client_targets"),
    path("client/<str:reference>/nouvelle", views.new, name="client_target_new"),
    path("<int:target_id>/", screens.target, name="target"),
    path("<int:target_id>/details", screens.details, name="target_details"),
    path("<int:target_id>/chiffres.csv", screens.export, name="target_csv"),
    path("<int:target_id>/population", screens.population, name="target_population"),
    path("<int:target_id>/seance", screens.session, name="target_session"),
    path("<int:target_id>/seance/ouvrir", views.start, name="target_session_start"),
    path("<int:target_id>/seance/clore", screens.end, name="target_session_end"),
]
