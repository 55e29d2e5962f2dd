from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "marketingconnect.offers"
    label = "offers"
