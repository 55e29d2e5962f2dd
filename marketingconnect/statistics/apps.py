from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "marketingconnect.statistics"
    label = "statistics"
