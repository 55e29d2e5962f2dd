from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.home import security, team, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("securite/", security.security, name="security"),
    path("securite/mot-de-passe/", security.password, name="security_password"),
    path("securite/sessions/<int:session_id>/", security.end_session, name="session_end"),
    path("securite/sessions/autres/", security.end_others, name="session_end_others"),
    path("equipe/", team.team, name="team"),
    path("equipe/nouveau/", team.add, name="team_new"),
    path("equipe/<int:user_id>/", team.change, name="team_member"),
]
