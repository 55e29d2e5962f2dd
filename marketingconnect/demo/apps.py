from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "marketingconnect.demo"
    label = "demo"
