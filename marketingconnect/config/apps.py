from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Starts last: every chapter is loaded when the wiring runs."""

    name = "marketingconnect.config"
    label = "config"

    def ready(self) -> None:
        from marketingconnect.config.wiring import wire

        wire()
