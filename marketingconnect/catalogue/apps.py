from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "marketingconnect.catalogue"
    label = "catalogue"
