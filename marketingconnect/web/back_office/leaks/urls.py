from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.leaks import tracing, traps

urlpatterns: list[URLPattern | URLResolver] = [
    path("", tracing.leaks, name="leaks"),
    path("pli", tracing.letter, name="leak_letter"),
    path("pieges/", traps.traps, name="traps"),
    path("pieges/nouveau", traps.new, name="trap_new"),
    path("pieges/<int:trap_id>/retirer", traps.withdraw, name="trap_withdraw"),
]
