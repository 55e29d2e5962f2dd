from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "marketingconnect.web"
    label = "web"
