from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "marketingconnect.ledger"
    label = "ledger"
