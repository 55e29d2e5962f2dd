from django.apps import AppConfig


class TargetingConfig(AppConfig):
    name = "marketingconnect.targeting"
    label = "targeting"
