from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.claims import guarantees, undone, views

_GUARANTEE = "envois/<str:guarantee_reference>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.claims, name="claims"),
    path("envois/", guarantees.guarantees, name="guarantees"),
    path(_GUARANTEE, guarantees.guarantee, name="guarantee"),
    path(f"{_GUARANTEE}lettre", guarantees.letter, name="guarantee_letter"),
    path(f"{_GUARANTEE}examiner", guarantees.examine, name="guarantee_examine"),
    path(f"{_GUARANTEE}avoir", guarantees.credit, name="guarantee_credit"),
    path("non-execute/", undone.undone_list, name="undone_list"),
    path("non-execute/<str:reference>/", undone.undone, name="undone"),
    path("non-execute/<str:reference>/avoir", undone.undone_credit, name="undone_credit"),
    path("non-execute/<str:reference>/rien", undone.undone_keep, name="undone_keep"),
    path("<str:claim_reference>/", views.claim, name="claim"),
    path("<str:claim_reference>/lettre", views.letter, name="claim_letter"),
    path("<str:claim_reference>/plis", views.mail, name="claim_mail"),
    path("<str:claim_reference>/examiner", views.examine, name="claim_examine"),
    path("<str:claim_reference>/decider", views.decide, name="claim_decide"),
    path("<str:claim_reference>/refuser", views.refuse, name="claim_refuse"),
]
