from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "marketingconnect.claims"
    label = "claims"
