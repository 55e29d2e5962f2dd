from django.apps import AppConfig


class SendingConfig(AppConfig):
    name = "marketingconnect.sending"
    label = "sending"
