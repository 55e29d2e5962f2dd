from django.urls import URLPattern, path

from marketingconnect.web.client_area.orders.views import (
    basket,
    cards,
    checkout,
    guarantees,
    lists,
    paying,
    terms,
)

urlpatterns: list[URLPattern] = [
    path("panier/", basket.cart, name="cart"),
    path("panier/ajouter", basket.add, name="cart_add"),
    path("panier/retirer/<int:line_id>", basket.remove, name="cart_remove"),
    path("commande/", checkout.checkout, name="checkout"),
    path("commandes/", lists.orders, name="orders"),
    path("commandes/<str:reference>/", lists.order, name="order"),
    path("commandes/<str:reference>/conditions", terms.order_terms, name="order_terms"),
    path("commandes/<str:reference>/suite", lists.order_state, name="order_state"),
    path("commandes/<str:reference>/payer", paying.pay, name="pay"),
    path("commandes/<str:reference>/garanties", guarantees.answer, name="order_guarantees"),
    path("commandes/<str:reference>/carte", cards.card_revoke, name="card_revoke"),
    path("commandes/<str:reference>/reglement", paying.method, name="payment_method"),
    path("commandes/<str:reference>/carte/<uuid:key>", paying.card_fields, name="card_fields"),
    path(
        "commandes/<str:reference>/retour/<uuid:key>", paying.payment_return, name="payment_return"
    ),
    path("factures/", lists.invoices, name="invoices"),
    path("factures/<str:number>.pdf", lists.invoice_pdf, name="invoice_pdf"),
]
