from django.apps import AppConfig


class EmailOfferConfig(AppConfig):
    name = "marketingconnect.offers.email"
    label = "offers_email"
