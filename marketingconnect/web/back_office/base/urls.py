from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.base import (
    loads,
    oppositions,
    overview,
    releases,
    rights,
    suppliers,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.base, name="base"),
    path("etat", overview.state, name="base_state"),
    path("fournisseurs/", suppliers.suppliers, name="suppliers"),
    path("fournisseurs/nouveau", suppliers.new, name="supplier_new"),
    path("fournisseurs/<int:supplier_number>/", suppliers.supplier, name="supplier"),
    path(
        "fournisseurs/<int:supplier_number>/suspendre", suppliers.suspend, name="supplier_suspend"
    ),
    path("fournisseurs/<int:supplier_number>/reprendre", suppliers.resume, name="supplier_resume"),
    path("fournisseurs/<int:supplier_number>/droits/nouveau", rights.grant, name="right_new"),
    path(
        "fournisseurs/<int:supplier_number>/droits/<int:right_id>/fin",
        rights.end,
        name="right_end",
    ),
    path(
        "fournisseurs/<int:supplier_number>/droits/<int:right_id>/contrat",
        rights.document,
        name="right_document",
    ),
    path("fichiers/", loads.loads, name="loads"),
    path("fichiers/<int:load_id>/", loads.load, name="load"),
    path("fichiers/<int:load_id>/rapport.csv", loads.report, name="load_report"),
    path("versions/", releases.releases, name="releases"),
    path("versions/<str:release_name>/", releases.release, name="release"),
    path("versions/<str:release_name>/verifier", releases.verify, name="release_verify"),
    path("versions/<str:release_name>/reprendre", releases.roll_back, name="release_roll_back"),
    path("oppositions/", oppositions.search, name="oppositions"),
    path("oppositions/adresse", oppositions.oppose_typed, name="opposition_typed"),
    path(
        "oppositions/<str:population>/<int:record_key>/",
        oppositions.one,
        name="opposition_record",
    ),
]
