from django.apps import AppConfig


class TermsConfig(AppConfig):
    name = "marketingconnect.terms"
    label = "terms"
