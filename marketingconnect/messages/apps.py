from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "marketingconnect.messages"
    label = "client_messages"
