from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.payments import bank, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.payments, name="payments"),
    path("banque/", bank.bank, name="bank"),
    path("banque/<int:entry_id>/", bank.bank_entry, name="bank_entry"),
    path("banque/<int:entry_id>/affectation", bank.assign, name="bank_assign"),
    path("banque/<int:entry_id>/mise-de-cote", bank.aside, name="bank_aside"),
    path("<str:reference>/", views.payment_order, name="payment_order"),
    path("<str:reference>/reception", views.record_receipt, name="payment_record"),
    path(
        "<str:reference>/validation/<int:payment_id>",
        views.validate_receipt,
        name="payment_validate",
    ),
]
