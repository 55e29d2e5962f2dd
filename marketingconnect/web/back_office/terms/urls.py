from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.terms import changes, drafts, prices

urlpatterns: list[URLPattern | URLResolver] = [
    path("", drafts.terms, name="terms"),
    path("brouillon/", drafts.draft, name="terms_draft"),
    path("brouillon/ouvrir", drafts.start, name="terms_draft_start"),
    path("brouillon/chiffres", drafts.figures, name="terms_figures"),
    path("brouillon/apercu", drafts.preview, name="terms_preview"),
    path("brouillon/jeter", drafts.discard, name="terms_draft_discard"),
    path("brouillon/publier", drafts.publish, name="terms_publish"),
    path("tarif/nouveau", prices.new, name="price_list_new"),
    path("annonces/<str:kind>-<int:number>/", changes.change, name="terms_change"),
    path("annonces/refus/<int:client_change_id>", changes.refusal, name="terms_refusal"),
]
