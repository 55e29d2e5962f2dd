from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "marketingconnect.statements"
    label = "statements"
