from django.apps import AppConfig


class ListRentalOfferConfig(AppConfig):
    name = "marketingconnect.offers.list_rental"
    label = "offers_list_rental"
