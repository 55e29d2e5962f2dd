from django.urls import URLPattern, path

from marketingconnect.web.client_area.targets import comparing, lists, screens, sessions

urlpatterns: list[URLPattern] = [
    path("", lists.targets, name="targets"),
    path("nouvelle", lists.new, name="target_new"),
    path("comparer", comparing.compare, name="target_compare"),
    path("lieux", screens.places, name="target_places"),
    path("activites", screens.activities, name="target_activities"),
    path("<int:target_id>/", screens.target, name="target"),
    path("<int:target_id>/details", screens.details, name="target_details"),
    path("<int:target_id>/chiffres.csv", screens.export, name="target_csv"),
    path("<int:target_id>/population", screens.population, name="target_population"),
    path("<int:target_id>/renommer", lists.rename, name="target_rename"),
    path("<int:target_id>/dupliquer", lists.duplicate, name="target_duplicate"),
    path("<int:target_id>/supprimer", lists.delete, name="target_delete"),
    path("<int:target_id>/seance", sessions.session, name="target_session"),
    path("<int:target_id>/seance/ouvrir", sessions.start, name="target_session_start"),
    path("<int:target_id>/seance/clore", sessions.end, name="target_session_end"),
]
