from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "marketingconnect.payments"
    label = "payments"
