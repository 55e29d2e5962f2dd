from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "marketingconnect.orders"
    label = "orders"
