from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.home import team, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("equipe/", team.team, name="team"),
    path("equipe/nouveau/", team.add, name="team_new"),
    path("equipe/<int:user_id>/", team.change, name="team_member"),
]
