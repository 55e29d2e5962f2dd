from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "marketingconnect.proposals"
    label = "proposals"
