from django.urls import URLPattern, path

from marketingconnect.web.client_area.signing import files, views

_ORDER = "commandes/<str:reference>/signature/"
_DOCUMENT = f"{_ORDER}<uuid:document_key>/"

urlpatterns: list[URLPattern] = [
    path(_ORDER, views.signing, name="signing"),
    path(f"{_ORDER}suite", views.signing_state, name="signing_state"),
    path(f"{_ORDER}nouveau", views.propose_again, name="signing_again"),
    path(f"{_DOCUMENT}identite", views.identify, name="signing_identity"),
    path(f"{_DOCUMENT}code", views.resend, name="signing_code"),
    path(f"{_DOCUMENT}signer", views.confirm, name="signing_confirm"),
    path(f"{_DOCUMENT}refus", views.decline, name="signing_refuse"),
    path(f"{_DOCUMENT}document.pdf", files.proposed, name="signing_document"),
    path(f"{_DOCUMENT}signe.pdf", files.signed, name="signed_document"),
    path(f"{_DOCUMENT}preuve.zip", files.evidence, name="signature_evidence"),
]
