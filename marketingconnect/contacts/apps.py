from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "marketingconnect.contacts"
    label = "contacts"
