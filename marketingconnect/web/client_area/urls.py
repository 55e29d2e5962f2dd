from django.urls import include, path

app_name = "client_area"
urlpatterns = [
    path("", include("marketingconnect.web.client_area.home.urls")),
    path("fichiers/", include("marketingconnect.web.client_area.files.urls")),
    path("cibles/", include("marketingconnect.web.client_area.targets.urls")),
    path("messages/", include("marketingconnect.web.client_area.messages.urls")),
    path("campagnes/", include("marketingconnect.web.client_area.campaigns.urls")),
    path("campagnes/locations/", include("marketingconnect.web.client_area.rentals.urls")),
    path("", include("marketingconnect.web.client_area.orders.urls")),
    path("", include("marketingconnect.web.client_area.signing.urls")),
    path("", include("marketingconnect.web.client_area.documents.urls")),
    path("", include("marketingconnect.web.client_area.balance.urls")),
    path("garanties/", include("marketingconnect.web.client_area.guarantees.urls")),
    path("propositions/", include("marketingconnect.web.client_area.proposals.urls")),
    path("recherche/", include("marketingconnect.web.client_area.search.urls")),
    path("compte/", include("marketingconnect.web.client_area.account.urls")),
]
