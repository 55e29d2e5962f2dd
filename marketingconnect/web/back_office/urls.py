from django.urls import include, path

app_name = "back_office"
urlpatterns = [
    path("", include("marketingconnect.web.back_office.home.urls")),
    path("moderation/", include("marketingconnect.web.back_office.moderation.urls")),
    path("paiements/", include("marketingconnect.web.back_office.payments.urls")),
    path("pilotage/", include("marketingconnect.web.back_office.management.urls")),
    path("clients/", include("marketingconnect.web.back_office.clients.urls")),
    path("propositions/", include("marketingconnect.web.back_office.proposals.urls")),
    path("cibles/", include("marketingconnect.web.back_office.targets.urls")),
    path("journal/", include("marketingconnect.web.back_office.journal.urls")),
    path("envois/", include("marketingconnect.web.back_office.sendings.urls")),
    path("e-mails-revenus/", include("marketingconnect.web.back_office.returned_mails.urls")),
    path("domaine-d-envoi/", include("marketingconnect.web.back_office.sending_domain.urls")),
    path("chiffrement/", include("marketingconnect.web.back_office.encryption.urls")),
    path("locations/", include("marketingconnect.web.back_office.rentals.urls")),
    path("contrats/", include("marketingconnect.web.back_office.contracts.urls")),
    path("signatures/", include("marketingconnect.web.back_office.signatures.urls")),
    path("reclamations/", include("marketingconnect.web.back_office.claims.urls")),
    path("fuites/", include("marketingconnect.web.back_office.leaks.urls")),
    path("base/", include("marketingconnect.web.back_office.base.urls")),
    path("conditions/", include("marketingconnect.web.back_office.terms.urls")),
    path("style/", include("marketingconnect.web.back_office.style.urls")),
    path("outils/", include("marketingconnect.web.back_office.demo_tools.urls")),
]
