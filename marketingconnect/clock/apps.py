from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "marketingconnect.clock"
    label = "clock"
