from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "marketingconnect.contracts"
    label = "contracts"
