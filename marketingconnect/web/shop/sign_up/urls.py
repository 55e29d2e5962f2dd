from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.shop.sign_up import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("connexion/", views.log_in, name="login"),
    path("deconnexion/", views.log_out, name="logout"),
    path("inscription/", views.register, name="register"),
    path("inscription/envoyee/", views.register_sent, name="register_sent"),
    path("confirmation/<str:token>/", views.confirm, name="confirm"),
    path("mot-de-passe/oublie/", views.forgotten, name="forgotten"),
    path("mot-de-passe/envoye/", views.forgotten_sent, name="forgotten_sent"),
    path("mot-de-passe/<str:token>/", views.set_password, name="set_password"),
]
