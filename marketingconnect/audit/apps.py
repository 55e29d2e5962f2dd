from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "marketingconnect.audit"
    label = "audit"
