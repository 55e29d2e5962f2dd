from django.apps import AppConfig


class CartConfig(AppConfig):
    name = "marketingconnect.cart"
    label = "cart"
