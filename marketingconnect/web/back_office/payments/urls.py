from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.payments import bank, statements, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.payments, name="payments"),
    path("banque/", bank.bank, name="bank"),
    path("banque/<int:entry_id>/", bank.bank_entry, name="bank_entry"),
    path("banque/<int:entry_id>/affectation", bank.assign, name="bank_assign"),
    path("banque/<int:entry_id>/mise-de-cote", bank.aside, name="bank_aside"),
    path("releves/", statements.statements, name="statements"),
    path("releves/nouveau/", statements.statement_new, name="statement_new"),
    path("releves/<int:statement_id>/", statements.statement, name="statement"),
    path("releves/<int:statement_id>/csv", statements.statement_csv, name="statement_csv"),
    path("<str:reference>/", views.payment_order, name="payment_order"),
    path("<str:reference>/reception", views.record_receipt, name="payment_record"),
    path(
        "<str:reference>/validation/<int:payment_id>",
        views.validate_receipt,
        name="payment_validate",
    ),
]
