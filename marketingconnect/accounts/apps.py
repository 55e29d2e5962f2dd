from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "marketingconnect.accounts"
    label = "accounts"
