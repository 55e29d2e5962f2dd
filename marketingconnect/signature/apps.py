from django.apps import AppConfig


class SignatureConfig(AppConfig):
    name = "marketingconnect.signature"
    label = "signature"
