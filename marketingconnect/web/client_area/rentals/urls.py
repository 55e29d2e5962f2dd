from django.urls import URLPattern, path

from marketingconnect.web.client_area.rentals.views import (
    amendments,
    claims,
    composing,
    delivering,
    lists,
    ordering,
    returns,
)

urlpatterns: list[URLPattern] = [
    path("nouvelle", lists.new, name="rental_new"),
    path("depuis/<int:target_id>", lists.from_target, name="rental_from_target"),
    path("<int:rental_id>/", ordering.rental, name="rental"),
    path("<int:rental_id>/suite", ordering.state, name="rental_state"),
    path("<int:rental_id>/cible", composing.target, name="rental_target"),
    path("<int:rental_id>/usages", composing.uses, name="rental_uses"),
    path("<int:rental_id>/message", composing.sample, name="rental_sample"),
    path("<int:rental_id>/message/exemplaire", composing.sample_file, name="rental_sample_file"),
    path("<int:rental_id>/sous-traitants", composing.helpers, name="rental_helpers"),
    path(
        "<int:rental_id>/sous-traitants/<int:helper_id>/retirer",
        composing.withdraw_helper,
        name="rental_helper_withdraw",
    ),
    path("<int:rental_id>/renommer", composing.rename, name="rental_rename"),
    path("<int:rental_id>/commander", ordering.order, name="rental_order"),
    path("<int:rental_id>/abandonner", ordering.abandon, name="rental_abandon"),
    path("<int:rental_id>/avenant", amendments.propose, name="rental_amend"),
    path(
        "<int:rental_id>/avenant/<int:amendment_id>",
        amendments.decide,
        name="rental_amendment",
    ),
    path("livraisons/<str:delivery_reference>/", delivering.delivery, name="rental_delivery"),
    path("livraisons/<str:delivery_reference>/suite", delivering.state, name="delivery_state"),
    path("fichiers/<int:rented_file_id>/", delivering.download, name="rental_download"),
    path(
        "livraisons/<str:delivery_reference>/verifier",
        delivering.check_again,
        name="rental_check_again",
    ),
    path("plis/", returns.returns, name="returns"),
    path("plis/<int:batch_id>/", returns.batch, name="return_batch"),
    path("plis/<int:batch_id>/suite", returns.state, name="return_state"),
    path("reclamations/", claims.claims, name="claims"),
    path("livraisons/<str:delivery_reference>/reclamer", claims.open_one, name="claim_open"),
    path("reclamations/<str:claim_reference>/", claims.claim, name="claim"),
]
