from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "marketingconnect.notices"
    label = "notices"
