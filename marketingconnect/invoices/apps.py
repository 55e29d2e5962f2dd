from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "marketingconnect.invoices"
    label = "invoices"
