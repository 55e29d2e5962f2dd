from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.proposals import (
    composing,
    discounts,
    following,
    preparing,
    views,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.proposals, name="proposals"),
    path("propositions.csv", views.export, name="proposals_csv"),
    path("sans-reponse", views.waiting, name="proposals_waiting"),
    path("a-jour", views.renewals, name="proposals_renewals"),
    path("brouillons", views.being_composed, name="proposals_drafts"),
    path("remises", discounts.limits, name="discount_limits"),
    path("nouvelle", composing.new, name="proposal_new"),
    path("client/<str:reference>", composing.new_for, name="client_proposal_new"),
    path("<str:proposal_reference>/", views.proposal, name="proposal"),
    path("<str:proposal_reference>/apercu", views.preview, name="proposal_preview"),
    path("<str:proposal_reference>/proposition.pdf", views.pdf, name="proposal_pdf"),
    path("<str:proposal_reference>/echeancier", composing.schedule, name="proposal_schedule"),
    path("<str:proposal_reference>/lignes", composing.add, name="proposal_line_add"),
    path(
        "<str:proposal_reference>/lignes/<int:proposal_line_id>/retirer",
        composing.remove,
        name="proposal_line_remove",
    ),
    path("<str:proposal_reference>/campagne", preparing.campaign, name="proposal_prepare_campaign"),
    path(
        "<str:proposal_reference>/campagne-base",
        preparing.base_campaign,
        name="proposal_prepare_base_campaign",
    ),
    path(
        "<str:proposal_reference>/campagne-base/comptage",
        preparing.base_count,
        name="proposal_base_count",
    ),
    path("<str:proposal_reference>/fichier", preparing.rental, name="proposal_prepare_rental"),
    path(
        "<str:proposal_reference>/lignes/<int:proposal_line_id>/remise",
        discounts.discount,
        name="proposal_discount",
    ),
    path("<str:proposal_reference>/conditions", composing.conditions, name="proposal_conditions"),
    path("<str:proposal_reference>/envoyer", following.send, name="proposal_send"),
    path("<str:proposal_reference>/retirer", following.take_back, name="proposal_withdraw"),
    path("<str:proposal_reference>/reviser", following.revised, name="proposal_revise"),
]
