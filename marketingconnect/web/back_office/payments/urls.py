from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.payments import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.payments, name="payments"),
    path("<str:reference>/", views.payment_order, name="payment_order"),
    path("<str:reference>/reception", views.record_receipt, name="payment_record"),
    path(
        "<str:reference>/validation/<int:payment_id>",
        views.validate_receipt,
        name="payment_validate",
    ),
]
