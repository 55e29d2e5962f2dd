from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.rentals import acts, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.rentals, name="rentals"),
    path("<int:rental_id>/", views.rental, name="rental"),
    path("<int:rental_id>/suspendre", acts.suspend, name="rental_suspend"),
    path("<int:rental_id>/reprendre", acts.resume, name="rental_resume"),
    path("<int:rental_id>/annuler", acts.cancel, name="rental_cancel"),
    path("<int:rental_id>/avenant", acts.amend, name="rental_amend"),
    path("<int:rental_id>/reglement", acts.settle, name="rental_settle"),
]
