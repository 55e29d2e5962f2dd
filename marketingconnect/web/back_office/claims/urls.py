from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.claims import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.claims, name="claims"),
    path("<str:claim_reference>/", views.claim, name="claim"),
    path("<str:claim_reference>/lettre", views.letter, name="claim_letter"),
    path("<str:claim_reference>/plis", views.mail, name="claim_mail"),
    path("<str:claim_reference>/examiner", views.examine, name="claim_examine"),
    path("<str:claim_reference>/decider", views.decide, name="claim_decide"),
    path("<str:claim_reference>/refuser", views.refuse, name="claim_refuse"),
]
