from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "marketingconnect.base"
    label = "base"
