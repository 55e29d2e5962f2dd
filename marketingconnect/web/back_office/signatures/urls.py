from django.urls import URLPattern, path

from marketingconnect.web.back_office.signatures import views

urlpatterns: list[URLPattern] = [
    path("", views.signatures, name="signatures"),
    path("<int:signature_id>/", views.signature, name="signature"),
    path("<int:signature_id>/signe.pdf", views.signed_pdf, name="signature_signed"),
    path("<int:signature_id>/preuve.zip", views.evidence, name="signature_evidence"),
]
