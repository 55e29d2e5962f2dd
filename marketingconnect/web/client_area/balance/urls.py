from django.urls import URLPattern, path

from marketingconnect.web.client_area.balance import views

urlpatterns: list[URLPattern] = [
    path("solde/", views.balance, name="balance"),
    path("solde/releve", views.statement, name="statement"),
    path("solde/releve.csv", views.statement_csv, name="statement_csv"),
    path("solde/prelevement/<int:debit_mandate_id>/fin", views.revoke, name="debit_mandate_revoke"),
    path(
        "solde/prelevement/<int:debit_mandate_id>/compte",
        views.correct,
        name="debit_mandate_correct",
    ),
    path("factures/<str:number>/papier", views.paper_copy, name="invoice_paper"),
]
