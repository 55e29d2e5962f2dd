from django.apps import AppConfig


class SuppressionConfig(AppConfig):
    name = "marketingconnect.suppression"
    label = "suppression"
